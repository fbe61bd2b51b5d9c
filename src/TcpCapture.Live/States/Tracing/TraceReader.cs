using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Reads one trace, or several with the same clock, on a thread of its own, and reports how far in time it has read.</summary>
/// <remarks>
/// Theory of operation. The kernel writes into a ring buffer per CPU. One thread reads the pages when a buffer fills, and at
/// least every <see cref="RoundMilliseconds"/>. A round notes the time, then empties the buffer of every CPU. The kernel writes
/// records with preemption off, so a record stamped before the begin of a round has been read by the end of the next round:
/// after a round, all records older than the begin of the previous round can be sorted and delivered. A CPU that could not be
/// emptied delays the others. A CPU is done for the round once it has delivered a record newer than the begin of the round.
///
/// The constructor measures the clock. The buffers keep the events between <see cref="Enable"/> and <see cref="Start"/>.
/// <see cref="Stop"/> turns the events off, measures the clock again, reads the remaining records and removes the instances.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TraceReader : IDisposable
{
    private const int RoundMilliseconds = 50;
    private const int MaxPagesInARound = 4096; // maximum per CPU and round, so that a busy CPU cannot delay the others

    private readonly IReadOnlyList<TraceSetup> _setups;
    private readonly (TraceSetup Setup, TracePipe Pipe)[] _pipes;
    private readonly byte[] _page;
    private readonly WakeEvent _woken = new();
    private readonly Libc.PollFd[] _waiting;
    private readonly Lock _stopGate = new();
    private ITraceRecordSink? _records;
    private Thread? _thread;
    private volatile bool _stopping;
    private volatile string? _failure;
    private bool _disposed;
    private long _lastRound = long.MinValue;
    private long _lostByPages;
    private long _lostByKernel;
    private long _damagedPages;
    private long _cpuTime;

    public TraceReader(params IReadOnlyList<TraceSetup> setups)
    {
        _setups = setups;
        _pipes = [.. setups.SelectMany(setup => setup.Pipes, (setup, pipe) => (setup, pipe))];
        _page = GC.AllocateArray<byte>(setups.Max(setup => setup.PageLength), pinned: true);
        try
        {
            _waiting = [_woken.ForReading(), .. _pipes.Select(from => from.Pipe.ForReading())];
            foreach (var setup in setups) setup.Clock.WriteMarkers(setup.Instance);
            foreach (var (setup, pipe) in _pipes) Empty(setup, pipe, long.MaxValue, out _);
            Clock = setups[0].Clock.Measure() ?? throw new StateSourceException("the clock of the kernel's trace cannot be measured");
        }
        catch (Exception error)
        {
            Release();
            if (error is IOException or UnauthorizedAccessException or Win32Exception) throw TraceSetup.Refused(error);
            throw;
        }
    }

    /// <summary>Subtracted from a stamp, gives packet time.</summary>
    public ClockOffset Clock { get; }

    /// <summary>The offset at the end; null before the end, and if it could not be measured.</summary>
    public ClockOffset? ClockAtEnd { get; private set; }

    /// <summary>Records the kernel overwrote before they were read, or dropped.</summary>
    public long Lost => Math.Max(Volatile.Read(ref _lostByPages), Volatile.Read(ref _lostByKernel));
    public long DamagedPages => Volatile.Read(ref _damagedPages);

    /// <summary>CPU time of the reading thread, in nanoseconds; 0 until it has ended.</summary>
    public long CpuNanoseconds => Volatile.Read(ref _cpuTime);

    /// <summary>Why reading ended early, in one line; null if it did not.</summary>
    public string? Failure => _failure;

    /// <summary>Turns the events on. The kernel records every event from the return of this call on.</summary>
    public void Enable()
    {
        try
        {
            foreach (var setup in _setups) setup.Enable();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw TraceSetup.Refused(error);
        }
    }

    public void Start(ITraceRecordSink records, string threadName)
    {
        if (_thread is not null) throw new InvalidOperationException("The trace has been started before.");
        _records = records;
        _thread = new Thread(Run) { IsBackground = true, Name = threadName };
        _thread.Start();
    }

    /// <summary>Ends the trace. All earlier records have been delivered when this returns.</summary>
    public void Stop()
    {
        lock (_stopGate)
        {
            if (_disposed) return;
            _disposed = true;
            _stopping = true;
            _woken.Set();
            _thread?.Join();
            if (Release() is { } error) _failure ??= $"the kernel trace could not be removed ({error.Message.TrimEnd('.')})";
        }
    }

    public void Dispose() => Stop();

    private Exception? Release() =>
        Cleanup.Run([_woken.Dispose, .. _setups.Select<TraceSetup, Action>(setup => setup.Dispose)]);

    private void Run()
    {
        LinuxThread.SetNiceness(LinuxThread.BeforePrograms);
        try
        {
            while (!_stopping)
            {
                Wait();
                if (!_stopping) Round();
            }

            Finish();
        }
        catch (Exception error)
        {
            // An exception on this thread would end the process.
            _failure = $"the kernel's trace ended early ({error.Message.TrimEnd('.')})";
            GiveUp();
        }

        Volatile.Write(ref _cpuTime, LinuxThread.CpuNanoseconds());
    }

    private void Wait()
    {
        fixed (Libc.PollFd* first = _waiting)
        {
            if (Libc.poll(first, (nuint)_waiting.Length, RoundMilliseconds) < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
                throw new Win32Exception();
        }
    }

    private void Round()
    {
        var begin = _setups[0].Clock.Now();
        var horizon = _lastRound;
        foreach (var (setup, pipe) in _pipes)
        {
            if (!Empty(setup, pipe, begin, out var last)) horizon = Math.Min(horizon, last);
        }

        _lastRound = begin;
        if (horizon != long.MinValue) _records!.OnReached(horizon);
    }

    private void Finish()
    {
        foreach (var setup in _setups) setup.Disable();
        foreach (var setup in _setups) setup.Clock.WriteMarkers(setup.Instance);
        foreach (var (setup, pipe) in _pipes)
        {
            // The events are off, so this ends.
            while (!Empty(setup, pipe, long.MaxValue, out _))
            {
            }
        }

        _records!.OnReached(long.MaxValue);
        ClockAtEnd = _setups[0].Clock.Measure();
        Volatile.Write(ref _lostByKernel, _setups.Sum(setup => setup.Instance.CountLost()));
    }

    /// <summary>Delivers what was read and reports a gap from there on.</summary>
    private void GiveUp()
    {
        try
        {
            if (_lastRound != long.MinValue) _records!.OnGap(unchecked((ulong)_lastRound), null);
            _records!.OnReached(long.MaxValue);
            _records.OnGap(unchecked((ulong)_setups[0].Clock.Now()), null);
            _records.OnReached(long.MaxValue);
        }
        catch (Exception error)
        {
            _failure += $", and records already read could not be delivered ({error.Message.TrimEnd('.')})";
        }
    }

    /// <summary>
    /// Reads the records of a CPU up to the first after <paramref name="until"/>, so that a CPU that writes as fast as it is read
    /// cannot prolong the round. False if earlier records can remain; <paramref name="reached"/> is the time of the last record read.
    /// </summary>
    private bool Empty(TraceSetup setup, TracePipe pipe, long until, out long reached)
    {
        reached = long.MinValue;
        for (var i = 0; i < MaxPagesInARound; i++)
        {
            var length = pipe.Read(_page.AsSpan(0, setup.PageLength));
            if (length == 0) return true;
            var page = new TracePage(_page.AsSpan(0, length), setup.DataOffset);
            if (page.Lost > 0)
            {
                Volatile.Write(ref _lostByPages, _lostByPages + page.Lost);
                if (pipe.Reached != 0) _records?.OnGap(pipe.Reached, pipe);
                _records?.OnGap(page.Time, pipe);
            }

            while (page.Next())
            {
                reached = unchecked((long)page.Time);
                pipe.Reached = page.Time;
                if (!setup.Clock.TakeMarker(page.Record, page.Time)) _records?.OnRecord(page.Record, page.Time, pipe);
            }

            if (page.IsDamaged)
            {
                Volatile.Write(ref _damagedPages, _damagedPages + 1);
                _records?.OnGap(pipe.Reached, pipe);
            }

            if (reached > until) return true;
        }

        return false;
    }
}

/// <summary>Receives the records that a <see cref="TraceReader"/> reads, on its thread. Stamps are on the trace's clock.</summary>
[SupportedOSPlatform("linux")]
internal interface ITraceRecordSink
{
    /// <summary>A record. The records of one pipe are in order of time. The bytes are valid only during the call.</summary>
    void OnRecord(ReadOnlySpan<byte> record, ulong stamp, TracePipe pipe);

    /// <summary>Records are missing at this time; without a pipe, they are missing on every CPU.</summary>
    void OnGap(ulong stamp, TracePipe? pipe);

    /// <summary>All records up to <paramref name="stamp"/> have been delivered; an earlier record after this is late.</summary>
    void OnReached(long stamp);
}
