using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>Merges records from several ordered pipes by time. Equal times need no order: an effect is later than its cause.</summary>
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
