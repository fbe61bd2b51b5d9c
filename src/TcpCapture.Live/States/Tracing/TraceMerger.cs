using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Brings the events of several CPUs into one order of time, leaves out other namespaces', and numbers the rest.</summary>
/// <param name="ownNamespace">Tells whose a socket is; null if all are passed on.</param>
[SupportedOSPlatform("linux")]
internal sealed class TraceMerger(TraceNamespace? ownNamespace)
{
    private readonly PriorityQueue<(KernelEvent Trace, bool? IsForeignThread), (long Time, long Arrival)> _held = new();
    private long _arrivals;
    private long _delivered;
    private long _reached = long.MinValue;

    /// <summary>Events passed on.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>All that happened before has been passed on.</summary>
    public Timestamp Reached => new(Volatile.Read(ref _reached));

    /// <summary>Events held.</summary>
    public int Held => _held.Count;

    /// <summary>Takes an event. Those of one CPU come in their order, which holds also where two have one time.</summary>
    public void Add(KernelEvent trace) =>
        _held.Enqueue((trace, ownNamespace?.AskThread(trace)), (trace.Time.Nanoseconds, _arrivals++));

    /// <summary>Passes on all that happened up to a moment before which nothing more can come.</summary>
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
