using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>
/// The events that wrote or sent the bytes of a stream, as sequence ranges in order. Bounded: acknowledged ranges are
/// dropped, and the oldest beyond <see cref="Capacity"/>.
/// </summary>
internal sealed class SequenceLedger
{
    private const int Capacity = 4096;

    private Queue<(uint Start, uint End, long Event)>? _ranges;

    /// <summary>Adds the range from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    public void Add(uint start, uint end, long eventNumber)
    {
        _ranges ??= new Queue<(uint Start, uint End, long Event)>();
        if (_ranges.Count == Capacity) _ranges.Dequeue();
        _ranges.Enqueue((start, end, eventNumber));
    }

    /// <summary>The event of the range that contains <paramref name="seq"/>, or 0.</summary>
    public long Find(uint seq)
    {
        if (_ranges is null) return 0;
        foreach (var (start, end, eventNumber) in _ranges)
            if (!SequenceNumber.Before(seq, start) && SequenceNumber.Before(seq, end)) return eventNumber;
        return 0;
    }

    public void Clear() => _ranges = null;

    /// <summary>Drops ranges that end at or before <paramref name="seq"/>.</summary>
    public void Settle(uint seq)
    {
        if (_ranges is null) return;
        while (_ranges.TryPeek(out var range) && !SequenceNumber.After(range.End, seq)) _ranges.Dequeue();
    }
}
