using System.Runtime.Versioning;
using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.Platform;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls;

/// <summary>
/// Observes the socket calls of programs that know nothing of it: of those started by <see cref="Fork"/>, of what these
/// start in turn, and of nobody else.
/// </summary>
/// <remarks>
/// The kernel follows one thread of this process and all that descends from it; programs are started on that thread. What
/// it writes down is read, put into order and made into calls by another. Measured on Linux 6.18: a traced program pays 0.15 µs
/// for each read, also of a file; others pay nothing that could be measured.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class ProgramTracer : ITraceRecordSink, IDisposable
{
    private static readonly object Everywhere = new();

    private readonly ProgramLauncher _launcher;
    private readonly TraceReader _reader;
    private readonly CallRecordDecoder _decoder;
    private readonly CallRecordMerger _merger = new();
    private readonly ProgramTree _tree;
    private readonly bool _socketsTell;
    private readonly Lock _forkGate = new();
    private CallAssembler? _assembler;
    private Exception? _failure;
    private bool _stopped;

    private ProgramTracer(ProgramLauncher launcher, CallTraceSetup setup, TraceReader reader)
    {
        _launcher = launcher;
        _reader = reader;
        _decoder = setup.CreateDecoder(reader.Clock.Nanoseconds);
        _tree = new ProgramTree(launcher.ThreadId);
        _socketsTell = setup.SocketsTell;
    }

    /// <summary>The processes of the programs, those that have ended included. May be asked by any thread.</summary>
    public IReadOnlyCollection<ProgramProcess> Processes => _tree.Processes;

    /// <summary>What was done so far. May be asked by any thread; final after <see cref="Stop"/>.</summary>
    public CallTraceStatistics Statistics => new(
        _assembler?.Records ?? 0, _assembler?.Delivered ?? 0, _reader.Lost + _reader.DamagedPages + _decoder.Unreadable,
        _reader.CpuNanoseconds, Incomplete);

    private string? Incomplete => _reader.Failure ?? (_reader.Lost > 0
        ? $"{_reader.Lost} of the kernel's records of calls were lost" : _assembler?.Incomplete ?? (_failure is { } error ? $"the last calls could not be delivered ({error.Message.TrimEnd('.')})" : null));

    /// <summary>Makes everything ready. Nothing is delivered before <see cref="Start"/>, and nothing is lost until then.</summary>
    /// <exception cref="TcpCaptureException">Calls cannot be traced here; one line says why.</exception>
    public static ProgramTracer Open() => Open(mayAskSockets: true);

    /// <summary>As the other; without what sockets tell of being read and written it does what it can on kernels before 6.3.</summary>
    internal static ProgramTracer Open(bool mayAskSockets)
    {
        var launcher = new ProgramLauncher();
        CallTraceSetup? setup = null;
        TraceReader? reader = null;
        try
        {
            setup = CallTraceSetup.Make(launcher.ThreadId, mayAskSockets);
            reader = setup.CreateReader();
            var tracer = new ProgramTracer(launcher, setup, reader);
            reader.Enable();
            return tracer;
        }
        catch
        {
            reader?.Dispose();
            setup?.Dispose();
            launcher.Dispose();
            throw;
        }
    }

    /// <summary>Begins to deliver calls (<see cref="IObservationSink.OnCall"/>, from one thread, within half a second of each).</summary>
    /// <param name="sink">Takes them.</param>
    /// <param name="ports">
    /// TCP ports, of which one of a socket's ends must have one; none: every port. A socket that never had an address is
    /// delivered as well: it may be one whose connect failed.
    /// </param>
    public void Start(IObservationSink sink, params IReadOnlyCollection<ushort> ports)
    {
        _assembler = new CallAssembler(_tree, sink, _socketsTell, ports);
        _reader.Start(this, "calls");
    }

    /// <summary>
    /// Runs <paramref name="start"/> on the thread whose children are observed, and waits for it. The child processes it makes
    /// in this way (fork, vfork, clone, <c>Process.Start</c>) are programs of that role from their first instruction on.
    /// What it throws is thrown here.
    /// </summary>
    public T Fork<T>(Side role, Func<T> start)
    {
        lock (_forkGate)
        {
            _tree.Begin(role, Timestamp.Now);
            return _launcher.Run(start);
        }
    }

    /// <summary>
    /// True if the process, or the thread, belongs to one of the programs, also after its end. Known within 0.2 s of its begin, so
    /// one that is not known then is not theirs. May be asked by any thread.
    /// </summary>
    public bool Owns(int taskId) => _tree.Owns(taskId);

    /// <summary>The name of a process of the programs, also after its end; null if it is not theirs. May be asked by any thread.</summary>
    public string? NameOf(int processId) => _tree.NameOf(processId);

    /// <summary>Ends it: what was called before has been delivered when this returns.</summary>
    public void Stop()
    {
        lock (_forkGate)
        {
            if (_stopped) return;
            _stopped = true;
            _failure = Cleanup.Run(_reader.Stop, () => _assembler?.Finish(), _launcher.Dispose);
        }
    }

    public void Dispose() => Stop();

    void ITraceRecordSink.OnRecord(ReadOnlySpan<byte> record, ulong stamp, TracePipe pipe)
    {
        if (_decoder.TryDecode(record, stamp, pipe.Cpu, out var decoded)) _merger.Add(pipe, decoded);
    }

    void ITraceRecordSink.OnGap(ulong stamp, TracePipe? pipe) =>
        _merger.Add(pipe ?? Everywhere, new CallRecord { Time = _decoder.TimeOf(stamp), Kind = CallRecordKind.Gap });

    void ITraceRecordSink.OnReached(long stamp)
    {
        var upTo = stamp == long.MaxValue ? new Timestamp(stamp) : _decoder.TimeOf((ulong)stamp);
        while (_merger.TryTake(upTo, out var record)) _assembler!.Process(record);
        if (stamp != long.MaxValue) _assembler!.Reach(upTo);
    }
}
