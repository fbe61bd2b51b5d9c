using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>
/// Samples that no event has explained yet, by the end they show. They come ahead of the events around them
/// (the <c>ReorderWindow</c> sees to that), so that a change that follows from a segment can say that it was also seen.
/// </summary>
internal sealed class PendingSamples
{
    /// <summary>
    /// How far the stamps of a sample and of a segment may disagree: the kernel changes a state some microseconds before it
    /// stamps the segment, and on loopback the stamping may wait for the other core.
    /// </summary>
    public const long SkewNanoseconds = 1_000_000;

    private readonly Dictionary<FourTuple, LinkedList<SocketSample>> _pending = [];
    private readonly PriorityQueue<SocketSample, (long Time, long Ordinal)> _due = new();
    private long _ordinal;

    /// <summary>True if none waits to be explained.</summary>
    public bool IsEmpty => _pending.Count == 0;

    public void Add(SocketSample sample)
    {
        var key = new FourTuple(sample.Local, sample.Remote);
        if (!_pending.TryGetValue(key, out var queue)) _pending.Add(key, queue = new LinkedList<SocketSample>());
        queue.AddLast(sample);
        _due.Enqueue(sample, (sample.NotAfter.Nanoseconds, _ordinal++));
    }

    /// <summary>
    /// Takes the sample that shows that a socket had changed to <paramref name="state"/> around <paramref name="time"/>,
    /// if the next sample after it did.
    /// </summary>
    public SocketSample? TakeConfirmation(FourTuple end, TcpState state, Timestamp time)
    {
        if (!_pending.TryGetValue(end, out var queue)) return null;
        for (var node = queue.First; node is not null; node = node.Next)
        {
            var sample = node.Value;
            if (sample.NotAfter.Nanoseconds + SkewNanoseconds < time.Nanoseconds) continue;
            if (sample.State == sample.Previous) continue;
            if (sample.State != state || StartsTooLate(sample, time)) return null;
            queue.Remove(node);
            if (queue.Count == 0) _pending.Remove(end);
            return sample;
        }

        return null;
    }

    /// <summary>
    /// True if the samples show that a socket went from <paramref name="from"/> to <paramref name="to"/> with nothing between:
    /// the last sample before the change and the first after it.
    /// </summary>
    public bool ShowsInstead(FourTuple end, TcpState from, TcpState to, Timestamp time)
    {
        if (!_pending.TryGetValue(end, out var queue)) return false;
        foreach (var sample in queue)
        {
            if (sample.NotAfter.Nanoseconds + SkewNanoseconds < time.Nanoseconds || sample.State == sample.Previous) continue;
            return sample.Previous == from && sample.State == to && !StartsTooLate(sample, time);
        }

        return false;
    }

    /// <summary>Takes the earliest sample that is due by <paramref name="now"/>; false if there is none.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="now">How far the events have come.</param>
    /// <param name="unexplained">True if no change has taken it as its confirmation.</param>
    public bool TryTakeDue(Timestamp now, out SocketSample sample, out bool unexplained)
    {
        unexplained = false;
        if (!_due.TryPeek(out sample!, out var key) || key.Time > now.Nanoseconds) return false;
        _due.Dequeue();
        var end = new FourTuple(sample.Local, sample.Remote);
        if (_pending.TryGetValue(end, out var queue))
        {
            unexplained = queue.Remove(sample);
            if (queue.Count == 0) _pending.Remove(end);
        }

        return true;
    }

    /// <summary>True if a sample that began well after <paramref name="time"/> still showed the state before.</summary>
    private static bool StartsTooLate(SocketSample sample, Timestamp time) =>
        sample.Previous is not null && sample.NotBefore.Nanoseconds > time.Nanoseconds + SkewNanoseconds;
}
