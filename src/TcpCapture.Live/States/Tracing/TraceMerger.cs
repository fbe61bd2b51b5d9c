using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Sorts the events of all CPUs by time, drops those of foreign network namespaces, if known, and numbers the rest.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TraceMerger(TraceNamespace? ownNamespace)
{
    private readonly PriorityQueue<(KernelEvent Trace, bool? IsForeignThread), (long Time, long Arrival)> _held = new();
    private long _arrivals;
    private long _delivered;
    private long _reached = long.MinValue;

    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>All earlier events have been delivered.</summary>
    public Timestamp Reached => new(Volatile.Read(ref _reached));

    /// <summary>Adds an event. Events of equal time keep the order in which they were added.</summary>
    public void Add(KernelEvent trace) =>
        _held.Enqueue((trace, ownNamespace?.AskThread(trace)), (trace.Time.Nanoseconds, _arrivals++));

    /// <summary>Delivers all events up to a moment. No earlier event may be added afterwards.</summary>
    public void Deliver(Timestamp upTo, IObservationSink sink)
    {
        while (_held.TryPeek(out var next, out _) && next.Trace.Time <= upTo)
        {
            _held.Dequeue();
            var (trace, isForeignThread) = next;
            if (ownNamespace?.IsForeign(trace, isForeignThread) is true) continue;
            var ordinal = _delivered + 1;
            Volatile.Write(ref _delivered, ordinal);
            sink.OnTrace(trace with { Ordinal = ordinal });
        }

        Volatile.Write(ref _reached, upTo.Nanoseconds);
    }
}
