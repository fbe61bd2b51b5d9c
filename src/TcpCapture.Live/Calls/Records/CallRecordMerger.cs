using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>
/// Brings the records of several pipes, each of which is in order, into one order of time. Where two have one time, it does
/// not matter: what follows from another comes later, and one pipe's never overtake each other.
/// </summary>
internal sealed class CallRecordMerger
{
    private readonly Dictionary<object, Lane> _lanes = [];
    private readonly PriorityQueue<Lane, long> _heads = new();
    private long _reached = long.MinValue;

    /// <summary>Records held.</summary>
    public int Held { get; private set; }

    /// <summary>Records that came later than their place, and went on out of order.</summary>
    public long Late { get; private set; }

    /// <summary>Takes a record.</summary>
    /// <param name="pipe">Where it comes from.</param>
    /// <param name="record">The record.</param>
    public void Add(object pipe, in CallRecord record)
    {
        if (!_lanes.TryGetValue(pipe, out var lane)) _lanes.Add(pipe, lane = new Lane());
        if (record.Time.Nanoseconds < _reached) Late++;
        lane.Records.Enqueue(record);
        Held++;
        if (lane.Records.Count == 1) _heads.Enqueue(lane, record.Time.Nanoseconds);
    }

    /// <summary>The next record of all that happened up to a moment before which nothing more can come; false if there is none.</summary>
    public bool TryTake(Timestamp upTo, out CallRecord record)
    {
        record = default;
        if (!_heads.TryPeek(out var lane, out var time) || time > upTo.Nanoseconds)
        {
            _reached = Math.Max(_reached, upTo.Nanoseconds);
            return false;
        }

        _heads.Dequeue();
        record = lane.Records.Dequeue();
        Held--;
        if (lane.Records.TryPeek(out var next)) _heads.Enqueue(lane, next.Time.Nanoseconds);
        return true;
    }

    private sealed class Lane
    {
        public Queue<CallRecord> Records { get; } = new();
    }
}
