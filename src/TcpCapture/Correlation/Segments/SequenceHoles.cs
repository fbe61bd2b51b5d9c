using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>
/// Ranges that the segments of a stream skipped: a segment that fills one is out of order, not a retransmission. Bounded:
/// beyond <see cref="MaxHoles"/> the oldest is dropped, and what fills it counts as sent before.
/// </summary>
internal sealed class SequenceHoles
{
    public const int MaxHoles = 16;

    private readonly (uint Start, uint End)[] _holes = new (uint, uint)[MaxHoles];
    private int _count;

    /// <summary>Adds the range from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    public void Add(uint start, uint end)
    {
        if (_count == MaxHoles) RemoveAt(0);
        _holes[_count++] = (start, end);
    }

    /// <summary>True if a part of the range was never sent.</summary>
    public bool Touches(uint start, uint end)
    {
        for (var i = 0; i < _count; i++)
            if (Touches(_holes[i], start, end)) return true;
        return false;
    }

    /// <summary>Removes a range from the holes and returns how many of its bytes were in holes.</summary>
    public int Fill(uint start, uint end)
    {
        var filled = 0;
        for (var i = _count - 1; i >= 0; i--)
        {
            var hole = _holes[i];
            if (!Touches(hole, start, end)) continue;
            var from = SequenceNumber.After(start, hole.Start) ? start : hole.Start;
            var to = SequenceNumber.Before(end, hole.End) ? end : hole.End;
            filled += SequenceNumber.Difference(to, from);
            RemoveAt(i);
            if (from != hole.Start) Add(hole.Start, from);
            if (to != hole.End) Add(to, hole.End);
        }

        return filled;
    }

    private static bool Touches((uint Start, uint End) hole, uint start, uint end) =>
        SequenceNumber.Before(start, hole.End) && SequenceNumber.Before(hole.Start, end);

    private void RemoveAt(int index)
    {
        _count--;
        Array.Copy(_holes, index + 1, _holes, index, _count - index);
    }
}
