using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Traces the kernel's TCP on some ports: every state change, reset and retransmission, to the nanosecond.</summary>
/// <remarks>Events are delivered in order of time; an event that was read too late is still delivered, out of order.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class KernelTracer : ITraceRecordSink, IDisposable
{
    private readonly TraceReader _reader;
    private readonly TraceDecoder _decoder;
    private readonly TraceProcesses _processes;
    private readonly TraceMerger _merger;
    private IObservationSink? _sink;
    private Timestamp _start; // earlier events are skipped: the buffer fills from the moment the trace is set up

    private KernelTracer(TraceReader reader, TraceDecoder decoder, TraceProcesses processes)
    {
        _reader = reader;
        _decoder = decoder;
        _processes = processes;
        _merger = new TraceMerger(processes.SeesAll ? new TraceNamespace() : null);
    }

    public TraceStatistics Statistics => new(
        _merger.Delivered, _reader.Lost, _decoder.Unreadable + _reader.DamagedPages, _reader.Clock, _reader.ClockAtEnd,
        _reader.CpuNanoseconds, _reader.Failure)
    {
        Reached = _merger.Reached,
    };

    /// <summary>Sets up the trace. The kernel records every event from the return of this call on.</summary>
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

    public void Start(IObservationSink sink)
    {
        _start = Timestamp.Now;
        _sink = sink;
        _reader.Start(this, "kernel trace");
    }

    /// <summary>Ends the trace. All earlier events have been delivered when this returns.</summary>
    public void Stop() => _reader.Stop();
    public void Dispose() => Stop();

    void ITraceRecordSink.OnRecord(ReadOnlySpan<byte> record, ulong stamp, TracePipe pipe)
    {
        if (_decoder.Decode(record, stamp, pipe.Cpu) is { } trace && trace.Time >= _start) _merger.Add(_processes.Name(trace));
    }

    void ITraceRecordSink.OnGap(ulong stamp, TracePipe? pipe)
    {
        _merger.Add(new KernelEvent
        {
            Time = new Timestamp(unchecked((long)stamp - _reader.Clock.Nanoseconds)),
            Kind = KernelEventKind.Gap,
            Local = default,
            Remote = default,
            Cpu = pipe?.Cpu ?? -1,
        });
    }

    void ITraceRecordSink.OnReached(long stamp) =>
        _merger.Deliver(new Timestamp(stamp == long.MaxValue ? stamp : stamp - _reader.Clock.Nanoseconds), _sink!);
}

/// <summary>Counters of a trace, including missed events. Times in nanoseconds.</summary>
/// <param name="Events">Kernel events delivered.</param>
/// <param name="Lost">Events the kernel overwrote before they were read, or dropped.</param>
/// <param name="Unreadable">Malformed records and pages.</param>
/// <param name="Clock">The offset of the trace's clock from packet time, at the start.</param>
/// <param name="ClockAtEnd">The same at the end; null before the end, and if it could not be measured.</param>
/// <param name="CpuNanoseconds">CPU time of the reading thread.</param>
/// <param name="Failure">Why the trace ended early, in one line; null if it did not.</param>
internal sealed record TraceStatistics(
    long Events, long Lost, long Unreadable, ClockOffset Clock, ClockOffset? ClockAtEnd, long CpuNanoseconds, string? Failure)
{
    /// <summary>All earlier events have been delivered. After an early end, no more events follow.</summary>
    public Timestamp Reached { get; init; } = new(long.MaxValue);
}
