using TcpCapture.Model;

namespace TcpCapture.States.Linux;

/// <summary>Brings the events of several CPUs into one order of time, and numbers them.</summary>
internal sealed class TraceMerger
{
    private readonly PriorityQueue<KernelEvent, (long Time, long Arrival)> _held = new();
    private long _arrivals;
    private long _delivered;

    /// <summary>Events passed on.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Events held.</summary>
    public int Held => _held.Count;

    /// <summary>Takes an event. Those of one CPU come in their order, which holds also where two have one time.</summary>
    public void Add(KernelEvent trace) => _held.Enqueue(trace, (trace.Time.Nanoseconds, _arrivals++));

    /// <summary>Passes on all that happened up to a moment before which nothing more can come.</summary>
    public void Deliver(Timestamp upTo, IObservationSink sink)
    {
        while (_held.TryPeek(out var trace, out _) && trace.Time <= upTo)
        {
            _held.Dequeue();
            var ordinal = _delivered + 1;
            Volatile.Write(ref _delivered, ordinal);
            sink.OnTrace(trace with { Ordinal = ordinal });
        }
    }
}
