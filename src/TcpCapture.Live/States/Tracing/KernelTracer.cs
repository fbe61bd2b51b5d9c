using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// Has the kernel write down what its TCP does on some ports, and delivers it: every change of state, every reset, every
/// retransmission, to the nanosecond, in one order of time. Whatever is read too late for its place is delivered all the same.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class KernelTracer : ITraceRecordSink, IDisposable
{
    private readonly TraceReader _reader;
    private readonly TraceDecoder _decoder;
    private readonly TraceProcesses _processes;
    private readonly TraceMerger _merger;
    private IObservationSink? _sink;

    /// <summary>What was reported before belongs to nobody who asked: the buffer fills from the moment it is set up.</summary>
    private Timestamp _start;

    private KernelTracer(TraceReader reader, TraceDecoder decoder, TraceProcesses processes)
    {
        _reader = reader;
        _decoder = decoder;
        _processes = processes;
        _merger = new TraceMerger(processes.SeesAll ? new TraceNamespace() : null);
    }

    /// <summary>What was done so far.</summary>
    public TraceStatistics Statistics => new(
        _merger.Delivered, _reader.Lost, _decoder.Unreadable + _reader.DamagedPages, _reader.Clock, _reader.ClockAtEnd,
        _reader.CpuNanoseconds, _reader.Failure)
    {
        Reached = _merger.Reached,
    };

    /// <summary>Makes everything ready: when it returns, nothing that happens can be missed.</summary>
    /// <exception cref="TcpCaptureException">The kernel cannot be traced here; one line says why.</exception>
    public static KernelTracer Open(TraceFilter filter)
    {
        List<TraceLayout> layouts = [];
        var setup = TraceSetup.Make(setup => layouts = Tracepoint.AddTo(setup, filter));
        var reader = new TraceReader(setup);
        try
        {
            var tracer = new KernelTracer(reader, new TraceDecoder(filter.Ports, reader.Clock.Nanoseconds, layouts), setup.Processes);
            reader.Enable();
            return tracer;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Begins to deliver what has happened since <see cref="Open"/>.</summary>
    public void Start(IObservationSink sink)
    {
        _start = Timestamp.Now;
        _sink = sink;
        _reader.Start(this, "kernel trace");
    }

    /// <summary>Ends it. What happened before has been delivered when it returns, and the kernel traces no more.</summary>
    public void Stop() => _reader.Stop();

    public void Dispose() => Stop();

    void ITraceRecordSink.OnRecord(ReadOnlySpan<byte> record, ulong stamp, TracePipe pipe)
    {
        if (_decoder.Decode(record, stamp, pipe.Cpu) is { } trace && trace.Time >= _start) _merger.Add(_processes.Name(trace));
    }

    void ITraceRecordSink.OnGap(ulong stamp, TracePipe? pipe)
    {
        var nowhere = default(Endpoint);
        _merger.Add(new KernelEvent
        {
            Time = new Timestamp(unchecked((long)stamp - _reader.Clock.Nanoseconds)),
            Kind = KernelEventKind.Gap,
            Local = nowhere,
            Remote = nowhere,
            Cpu = pipe?.Cpu ?? -1,
        });
    }

    void ITraceRecordSink.OnReached(long stamp) =>
        _merger.Deliver(new Timestamp(stamp == long.MaxValue ? stamp : stamp - _reader.Clock.Nanoseconds), _sink!);
}
