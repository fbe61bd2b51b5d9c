using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Traces the kernel's TCP on some ports: every state change, reset and retransmission, to the nanosecond.</summary>
/// <remarks>Events are delivered in order of time; an event that was read too late is still delivered, out of order.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class KernelTracer(TraceReader reader, TraceDecoder decoder, TraceProcesses processes) : ITraceRecordSink, IDisposable
{
    private readonly TraceMerger _merger = new(processes.SeesAll ? new TraceNamespace() : null);
    private IObservationSink? _sink;
    private Timestamp _start; // earlier events are skipped: the buffer fills from the moment the trace is set up

    public TraceStatistics Statistics => new(
        _merger.Delivered, reader.Lost, decoder.Unreadable + reader.DamagedPages, reader.Clock, reader.ClockAtEnd,
        reader.CpuNanoseconds, reader.Failure)
    {
        Reached = _merger.Reached,
    };

    /// <summary>Sets up the trace. The kernel records every event from the return of this call on.</summary>
    public static KernelTracer Open(TraceFilter filter)
    {
        List<TraceLayout> layouts = [];
        var setup = TraceSetup.Make(setup => layouts = Tracepoint.AddTo(setup, filter));
        return Cleanup.OrDispose(new TraceReader(setup), opened =>
        {
            var tracer = new KernelTracer(opened, new TraceDecoder(filter.Ports, opened.Clock.Nanoseconds, layouts), setup.Processes);
            opened.Enable();
            return tracer;
        });
    }

    public void Start(IObservationSink sink)
    {
        _start = Timestamp.Now;
        _sink = sink;
        reader.Start(this, "kernel trace");
    }

    /// <summary>Ends the trace. All earlier events have been delivered when this returns.</summary>
    public void Stop() => reader.Stop();
    public void Dispose() => Stop();

    void ITraceRecordSink.OnRecord(ReadOnlySpan<byte> record, ulong stamp, TracePipe pipe)
    {
        if (decoder.Decode(record, stamp, pipe.Cpu) is { } trace && trace.Time >= _start) _merger.Add(processes.Name(trace));
    }

    void ITraceRecordSink.OnGap(ulong stamp, TracePipe? pipe)
    {
        _merger.Add(new KernelEvent
        {
            Time = new Timestamp(unchecked((long)stamp - reader.Clock.Nanoseconds)),
            Kind = KernelEventKind.Gap,
            Local = default,
            Remote = default,
            Cpu = pipe?.Cpu ?? -1,
        });
    }

    void ITraceRecordSink.OnReached(long stamp) =>
        _merger.Deliver(new Timestamp(stamp == long.MaxValue ? stamp : stamp - reader.Clock.Nanoseconds), _sink!);
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
