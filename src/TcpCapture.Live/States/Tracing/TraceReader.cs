using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// Reads one trace, or several of one clock, on a thread of its own, and says how far in time it has come.
/// </summary>
/// <remarks>
/// Theory of operation. The kernel writes into a ring buffer per CPU; one thread takes out the pages, woken when a buffer
/// fills and otherwise every <see cref="RoundMilliseconds"/>. A round notes the time, then empties every CPU's buffer. Records
/// are written with preemption off, so that what was stamped before a round began has been read when the next one has ended:
/// after a round all that is older than the begin of the round before may go on, in order. A CPU that could not be emptied
/// holds the others back; one that has given what is newer than the round's begin is done for it.
///
/// Making one measures the clock; the buffers keep what happens from <see cref="Enable"/> until <see cref="Start"/>.
/// <see cref="Stop"/> turns the events off, writes the clock's marks, reads what is left, and takes the instances away.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TraceReader : IDisposable
{
    private const int RoundMilliseconds = 50;

    /// <summary>Of one CPU in one round, so that one that never rests cannot keep the others waiting.</summary>
    private const int MaxPagesInARound = 4096;

    private readonly IReadOnlyList<TraceSetup> _setups;
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

    /// <param name="setups">The traces, of one clock; theirs is the reader's to dispose of.</param>
    /// <exception cref="TcpCaptureException">They cannot be read; one line says why.</exception>
    public TraceReader(params IReadOnlyList<TraceSetup> setups)
    {
        _setups = setups;
        _page = GC.AllocateArray<byte>(setups.Max(setup => setup.PageLength), pinned: true);
        try
        {
            _waiting = [_woken.ForReading(), .. setups.SelectMany(setup => setup.Pipes).Select(pipe => pipe.ForReading())];
            foreach (var setup in setups) setup.Clock.WriteMarks(setup.Instance);
            foreach (var setup in setups)
                foreach (var pipe in setup.Pipes) Empty(setup, pipe, long.MaxValue, out _);
            Clock = setups[0].Clock.Conclude() ?? throw new StateSourceException("the clock of the kernel's trace cannot be measured");
        }
        catch (Exception error)
        {
            Release();
            if (error is IOException or UnauthorizedAccessException or Win32Exception) throw TraceSetup.Refused(error);
            throw;
        }
    }

    /// <summary>What is taken off a stamp to have packet time.</summary>
    public ClockOffset Clock { get; }

    /// <summary>The same, measured at the end; null before it, and if it could not be measured.</summary>
    public ClockOffset? ClockAtEnd { get; private set; }

    /// <summary>Records the kernel overwrote before they were read, or could not place.</summary>
    public long Lost => Math.Max(Volatile.Read(ref _lostByPages), Volatile.Read(ref _lostByKernel));

    /// <summary>Pages that made no sense.</summary>
    public long DamagedPages => Volatile.Read(ref _damagedPages);

    /// <summary>CPU time of the reading thread, in nanoseconds; 0 until it has ended.</summary>
    public long CpuNanoseconds => Volatile.Read(ref _cpuTime);

    /// <summary>Why reading ended early, one line; null if it did not.</summary>
    public string? Failure => _failure;

    /// <summary>Turns the events on: nothing that happens from now on can be missed.</summary>
    /// <exception cref="TcpCaptureException">The kernel refuses.</exception>
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

    /// <summary>Begins to give out what has happened.</summary>
    public void Start(ITraceRecordSink records, string threadName)
    {
        if (_thread is not null) throw new InvalidOperationException("The trace has been started before.");
        _records = records;
        _thread = new Thread(Run) { IsBackground = true, Name = threadName };
        _thread.Start();
    }

    /// <summary>Ends it. What happened before has been given out when it returns, and the kernel traces no more.</summary>
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
            // Kept for whoever asks: thrown here it would take the process down.
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
        foreach (var setup in _setups)
        {
            foreach (var pipe in setup.Pipes)
            {
                if (!Empty(setup, pipe, begin, out var last)) horizon = Math.Min(horizon, last);
            }
        }

        _lastRound = begin;
        if (horizon != long.MinValue) _records!.OnReached(horizon);
    }

    private void Finish()
    {
        foreach (var setup in _setups) setup.Disable();
        foreach (var setup in _setups) setup.Clock.WriteMarks(setup.Instance);
        foreach (var setup in _setups)
        {
            foreach (var pipe in setup.Pipes)
            {
                // The events are off, so this ends.
                while (!Empty(setup, pipe, long.MaxValue, out _))
                {
                }
            }
        }

        _records!.OnReached(long.MaxValue);
        ClockAtEnd = _setups[0].Clock.Conclude();
        Volatile.Write(ref _lostByKernel, _setups.Sum(setup => setup.Instance.CountLost()));
    }

    /// <summary>What was read goes on; then it is said that no more comes.</summary>
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
            _failure += $", and what it had read could not be passed on ({error.Message.TrimEnd('.')})";
        }
    }

    /// <summary>
    /// Takes out what a CPU has, until it comes to what was stamped after <paramref name="until"/>: one that writes as fast as it is read
    /// would else keep a round from ending. False if there may be more from before, with the time that was reached.
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
                if (!setup.Clock.TakeMark(page.Record, page.Time)) _records?.OnRecord(page.Record, page.Time, pipe);
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
