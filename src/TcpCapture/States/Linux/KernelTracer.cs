using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.States.Linux;

/// <summary>
/// Has the kernel write down what its TCP does on some ports, and delivers it: every change of state, every reset, every
/// retransmission, to the nanosecond.
/// </summary>
/// <remarks>
/// Theory of operation. The kernel writes into a ring buffer per CPU; one thread takes out the pages, woken when a buffer
/// fills and otherwise every <see cref="RoundMilliseconds"/>. A round notes the time, then empties every CPU's buffer. Records
/// are written with preemption off, so that what was stamped before a round began has been read when the next one has ended:
/// after a round all that is older than the begin of the round before goes on, in order. A CPU that could not be emptied
/// holds the others back; one that has given what is newer than the round's begin is done for it. Whatever comes later all the same is delivered, only not in its place.
///
/// Opening measures the clock and turns the events on; the buffers keep what happens until the start. <see cref="Stop"/> turns them off, writes the clock's marks, reads what
/// is left, and takes the instance away.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class KernelTracer : IDisposable
{
    private const int RoundMilliseconds = 50;

    /// <summary>A little before the programs observed: what is not taken out in time is lost.</summary>
    private const int Niceness = -10;

    /// <summary>Of one CPU in one round, so that one that never rests cannot keep the others waiting.</summary>
    private const int MostPagesInARound = 4096;

    private readonly TraceSetup _setup;
    private readonly TraceDecoder _decoder;
    private readonly TraceProcesses _processes;
    private readonly TraceMerger _merger;
    private readonly byte[] _page;
    private readonly FileDescriptor _woken;
    private readonly Libc.PollFd[] _waiting;
    private readonly ClockOffset _clock;
    private readonly Lock _stopGate = new();
    private IObservationSink? _sink;

    /// <summary>What was reported before belongs to nobody who asked: the buffer fills from the moment it is set up.</summary>
    private Timestamp _start;

    private Thread? _thread;
    private ClockOffset? _clockAtEnd;
    private volatile bool _stopping;
    private volatile string? _failure;
    private bool _disposed;
    private long _lastRound = long.MinValue;
    private long _lostByPages;
    private long _lostByKernel;
    private long _damagedPages;
    private long _cpuTime;

    private KernelTracer(TraceSetup setup, FileDescriptor woken)
    {
        _setup = setup;
        _woken = woken;
        _processes = setup.Processes;
        _merger = new TraceMerger(_processes.SeesAll ? new TraceNamespace() : null);
        _waiting =
        [
            new Libc.PollFd { Fd = (int)woken.DangerousGetHandle(), Events = Libc.POLLIN },
            .. setup.Pipes.Select(pipe => new Libc.PollFd { Fd = pipe.Descriptor, Events = Libc.POLLIN }),
        ];
        _page = GC.AllocateArray<byte>(setup.PageLength, pinned: true);
        setup.Clock.WriteMarks(setup.Instance);
        _decoder = new TraceDecoder([], 0, []);
        foreach (var pipe in setup.Pipes) Empty(pipe, long.MaxValue, out _);
        _clock = setup.Clock.Conclude() ?? throw new StateSourceException("the clock of the kernel's trace cannot be measured");
        _decoder = new TraceDecoder(setup.Ports, _clock.Nanoseconds, setup.Layouts);
        setup.Enable();
    }

    /// <summary>What was done so far.</summary>
    public TraceStatistics Statistics => new(
        _merger.Delivered, Math.Max(Volatile.Read(ref _lostByPages), Volatile.Read(ref _lostByKernel)),
        _decoder.Unreadable + Volatile.Read(ref _damagedPages), _clock, _clockAtEnd, Volatile.Read(ref _cpuTime), _failure)
    {
        Reached = _merger.Reached,
    };

    /// <summary>Makes everything ready: when it returns, nothing that happens can be missed.</summary>
    /// <exception cref="StateSourceException">The kernel cannot be traced here; one line says why.</exception>
    public static KernelTracer Open(TraceFilter filter)
    {
        var setup = TraceSetup.Make(filter);
        var woken = Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        try
        {
            if (woken.IsInvalid) throw new Win32Exception();
            return new KernelTracer(setup, woken);
        }
        catch (Exception error)
        {
            woken.Dispose();
            setup.Dispose();
            if (error is IOException or UnauthorizedAccessException or Win32Exception)
                throw new StateSourceException($"the kernel's tracefs does not do as asked ({error.Message.TrimEnd('.')})", error);
            throw;
        }
    }

    /// <summary>Begins to deliver what has happened since <see cref="Open"/>.</summary>
    public void Start(IObservationSink sink)
    {
        if (_thread is not null) throw new InvalidOperationException("The trace has been started before.");
        _start = Timestamp.Now;
        _sink = sink;
        _thread = new Thread(Run) { IsBackground = true, Name = "kernel trace" };
        _thread.Start();
    }

    /// <summary>Ends it. What happened before has been delivered when it returns, and the kernel traces no more.</summary>
    public void Stop()
    {
        lock (_stopGate)
        {
            if (_disposed) return;
            _disposed = true;
            _stopping = true;
            long one = 1;
            _ = Libc.write(_woken, &one, sizeof(long));
            _thread?.Join();
            _woken.Dispose();
            _setup.Dispose();
        }
    }

    public void Dispose() => Stop();

    private void Run()
    {
        // On Linux each thread has a priority of its own, and 0 names the calling one. Not to get it costs nothing.
        _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Niceness);
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

        Volatile.Write(ref _cpuTime, ThreadCpuTime.Nanoseconds());
    }

    private void Wait()
    {
        fixed (Libc.PollFd* first = _waiting)
        {
            if (Libc.poll(first, (nuint)_waiting.Length, RoundMilliseconds) < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                throw new Win32Exception();
        }
    }

    private void Round()
    {
        var begin = _setup.Clock.Now();
        var horizon = _lastRound;
        foreach (var pipe in _setup.Pipes)
        {
            if (!Empty(pipe, begin, out var last)) horizon = Math.Min(horizon, last);
        }

        _lastRound = begin;
        if (horizon != long.MinValue) _merger.Deliver(new Timestamp(horizon - _clock.Nanoseconds), _sink!);
    }

    private void Finish()
    {
        _setup.Disable();
        _setup.Clock.WriteMarks(_setup.Instance);
        foreach (var pipe in _setup.Pipes)
        {
            // The events are off, so this ends.
            while (!Empty(pipe, long.MaxValue, out _))
            {
            }
        }

        _merger.Deliver(new Timestamp(long.MaxValue), _sink!);
        _clockAtEnd = _setup.Clock.Conclude();
        Volatile.Write(ref _lostByKernel, _setup.Instance.CountLost());
    }

    /// <summary>What was read goes on; then it is said that no more comes.</summary>
    private void GiveUp()
    {
        try
        {
            if (_lastRound != long.MinValue) AddGap(unchecked((ulong)_lastRound), -1);
            _merger.Deliver(new Timestamp(long.MaxValue), _sink!);
            AddGap(unchecked((ulong)_setup.Clock.Now()), -1);
            _merger.Deliver(new Timestamp(long.MaxValue), _sink!);
        }
        catch (Exception error)
        {
            _failure += $", and what it had read could not be passed on ({error.Message.TrimEnd('.')})";
        }
    }

    private void AddGap(ulong stamp, int cpu)
    {
        var nowhere = default(Endpoint);
        _merger.Add(new KernelEvent
        {
            Time = new Timestamp(unchecked((long)stamp - _clock.Nanoseconds)),
            Kind = KernelEventKind.Gap,
            Local = nowhere,
            Remote = nowhere,
            Cpu = cpu,
        });
    }

    /// <summary>
    /// Takes out what a CPU has, until it comes to what was stamped after <paramref name="until"/>: one that writes as fast as it is read
    /// would else keep a round from ending. False if there may be more from before, with the time that was reached.
    /// </summary>
    private bool Empty(TracePipe pipe, long until, out long reached)
    {
        reached = long.MinValue;
        for (var i = 0; i < MostPagesInARound; i++)
        {
            var length = pipe.Read(_page);
            if (length == 0) return true;
            var page = new TracePage(_page.AsSpan(0, length), _setup.DataOffset);
            if (page.Lost > 0)
            {
                Volatile.Write(ref _lostByPages, _lostByPages + page.Lost);
                if (pipe.Reached != 0) AddGap(pipe.Reached, pipe.Cpu);
                AddGap(page.Time, pipe.Cpu);
            }

            while (page.Next())
            {
                reached = unchecked((long)page.Time);
                pipe.Reached = page.Time;
                if (_setup.Clock.TakeMark(page.Record, page.Time)) continue;
                if (_decoder.Decode(page.Record, page.Time, pipe.Cpu) is { } trace && trace.Time >= _start)
                    _merger.Add(_processes.Name(trace));
            }

            if (page.IsDamaged)
            {
                Volatile.Write(ref _damagedPages, _damagedPages + 1);
                AddGap(pipe.Reached, pipe.Cpu);
            }

            if (reached > until) return true;
        }

        return false;
    }
}
