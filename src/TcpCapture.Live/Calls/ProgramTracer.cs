using System.Runtime.Versioning;
using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.Platform;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls;

/// <summary>Traces the socket calls of unmodified programs started through <see cref="Fork"/>, and of their descendants.</summary>
/// <remarks>
/// The kernel follows one thread of this process and its descendants; programs are started on that thread. Another
/// thread reads the records, orders them by time and assembles calls. Measured on Linux 6.18: a traced program pays
/// 0.15 µs for each read, including reads of files; other programs pay nothing measurable.
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
    private readonly bool _reportsTransfers;
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
        _reportsTransfers = setup.ReportsTransfers;
    }

    /// <summary>The processes of the programs, including ended ones. Safe to read from any thread.</summary>
    public IReadOnlyCollection<ProgramProcess> Processes => _tree.Processes;

    /// <summary>The counts so far; final after <see cref="Stop"/>. Safe to read from any thread.</summary>
    public CallTraceStatistics Statistics => new(
        _assembler?.Records ?? 0, _assembler?.Delivered ?? 0, _reader.Lost + _reader.DamagedPages + _decoder.Unreadable,
        _reader.CpuNanoseconds, Incomplete);

    private string? Incomplete => _reader.Failure ?? (_reader.Lost > 0
        ? $"{_reader.Lost} kernel {(_reader.Lost == 1 ? "record" : "records")} of calls {(_reader.Lost == 1 ? "was" : "were")} lost"
        : _assembler?.Incomplete
            ?? (_failure is { } error ? $"the last calls could not be delivered ({error.Message.TrimEnd('.')})" : null));

    /// <summary>Prepares the trace and starts to keep records. Calls are delivered only after <see cref="Start"/>.</summary>
    public static ProgramTracer Open() => Open(useTransfers: true);

    /// <summary>Opens a tracer; without <paramref name="useTransfers"/> it traces as on kernels before 6.3.</summary>
    internal static ProgramTracer Open(bool useTransfers)
    {
        return Cleanup.OrDispose(new ProgramLauncher(), launcher =>
            Cleanup.OrDispose(CallTraceSetup.Make(launcher.ThreadId, useTransfers), setup =>
                Cleanup.OrDispose(setup.CreateReader(), reader =>
                {
                    var tracer = new ProgramTracer(launcher, setup, reader);
                    reader.Enable();
                    return tracer;
                })));
    }

    /// <summary>Starts to deliver calls on sockets with one of the ports (none: every port), from one thread, within 0.5 s.</summary>
    public void Start(IObservationSink sink, params IReadOnlyCollection<ushort> ports)
    {
        _assembler = new CallAssembler(_tree, sink, _reportsTransfers, ports);
        _reader.Start(this, "calls");
    }

    /// <summary>
    /// Runs <paramref name="start"/> on the traced thread and waits for it; its exception is rethrown here. Child
    /// processes that it creates (fork, vfork, clone, <c>Process.Start</c>) are traced from their first instruction.
    /// </summary>
    public T Fork<T>(Side role, Func<T> start)
    {
        lock (_forkGate)
        {
            _tree.Begin(role, Timestamp.Now);
            return _launcher.Run(start);
        }
    }

    /// <summary>True if the process or thread is or was part of a program. A new one is known within 0.2 s. Thread-safe.</summary>
    public bool Owns(int taskId) => _tree.Owns(taskId);
    public string? NameOf(int processId) => _tree.NameOf(processId);

    /// <summary>Stops tracing. All earlier calls have been delivered when this returns.</summary>
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

/// <summary>
/// The counts of a call trace. <c>Lost</c> includes unreadable records. <c>Incomplete</c> says why calls may be missing
/// or have the wrong socket, without a full stop; it is null if they are complete.
/// </summary>
internal sealed record CallTraceStatistics(long Records, long Calls, long Lost, long CpuNanoseconds, string? Incomplete);
