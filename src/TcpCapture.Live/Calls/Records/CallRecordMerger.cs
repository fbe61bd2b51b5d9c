using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>
/// Merges the records of several pipes, each in order, into one order of time. The order of equal times does not
/// matter: an effect has a later time than its cause, and records of one pipe keep their order.
/// </summary>
internal sealed class CallRecordMerger
{
    private readonly Dictionary<object, Queue<CallRecord>> _pipes = [];
    private readonly PriorityQueue<Queue<CallRecord>, long> _heads = new();

    public void Add(object pipe, in CallRecord record)
    {
        if (!_pipes.TryGetValue(pipe, out var records)) _pipes.Add(pipe, records = new Queue<CallRecord>());
        records.Enqueue(record);
        if (records.Count == 1) _heads.Enqueue(records, record.Time.Nanoseconds);
    }

    /// <summary>Dequeues the next record no later than <paramref name="upTo"/>; no earlier record may be added later.</summary>
    public bool TryTake(Timestamp upTo, out CallRecord record)
    {
        record = default;
        if (!_heads.TryPeek(out var records, out var time) || time > upTo.Nanoseconds) return false;
        _heads.Dequeue();
        record = records.Dequeue();
        if (records.TryPeek(out var next)) _heads.Enqueue(records, next.Time.Nanoseconds);
        return true;
    }
}
