using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>Samples that no segment or call has explained yet, by the end they show.</summary>
internal sealed class PendingSamples
{
    /// <summary>Maximum clock difference: the kernel changes a state some microseconds before it timestamps the segment.</summary>
    public const long SkewNanoseconds = 1_000_000;

    private readonly Dictionary<FourTuple, LinkedList<SocketSample>> _pending = [];
    private readonly PriorityQueue<SocketSample, (long Time, long Ordinal)> _due = new();
    private long _ordinal;

    public bool IsEmpty => _pending.Count == 0;

    public void Add(SocketSample sample)
    {
        var key = new FourTuple(sample.Local, sample.Remote);
        if (!_pending.TryGetValue(key, out var queue)) _pending.Add(key, queue = new LinkedList<SocketSample>());
        queue.AddLast(sample);
        _due.Enqueue(sample, (sample.NotAfter.Nanoseconds, _ordinal++));
    }

    /// <summary>Takes the next sample after <paramref name="time"/> if it shows <paramref name="state"/>.</summary>
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

    /// <summary>True if the next change that samples show is <paramref name="from"/> to <paramref name="to"/>.</summary>
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

    /// <summary>Takes the earliest sample due by <paramref name="now"/>, and whether no change has taken it.</summary>
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

    /// <summary>True if the sample before still showed the old state well after <paramref name="time"/>.</summary>
    private static bool StartsTooLate(SocketSample sample, Timestamp time) =>
        sample.Previous is not null && sample.NotBefore.Nanoseconds > time.Nanoseconds + SkewNanoseconds;
}
