using TcpCapture.Model;

namespace TcpCapture.PeerTools.Zeek;

/// <summary>Disjoint ranges of sequence numbers in order. Beyond <see cref="Capacity"/>, the first two are joined.</summary>
internal sealed class SequenceRanges
{
    public const int Capacity = 256;

    private (uint Start, uint End)[] _ranges = new (uint, uint)[4];
    private int _count;

    public int Count => _count;
    public (uint Start, uint End) First => _ranges[0];

    /// <summary>The number after the last range.</summary>
    public uint End => _ranges[_count - 1].End;

    public void Clear() => _count = 0;

    public void RemoveFirst()
    {
        _count--;
        Array.Copy(_ranges, 1, _ranges, 0, _count);
    }

    /// <summary>Adds a range and joins it with those it overlaps or touches.</summary>
    public void Add(uint start, uint end)
    {
        var at = _count;
        while (at > 0 && SequenceNumber.After(_ranges[at - 1].Start, start)) at--;
        if (at > 0 && !SequenceNumber.Before(_ranges[at - 1].End, start))
        {
            at--;
            if (SequenceNumber.After(end, _ranges[at].End)) _ranges[at].End = end;
        }
        else
        {
            if (_count == Capacity) at = ForgetFirstGap(at);
            if (_count == _ranges.Length) Array.Resize(ref _ranges, _count * 2);
            Array.Copy(_ranges, at, _ranges, at + 1, _count - at);
            _ranges[at] = (start, end);
            _count++;
        }

        Join(at);
    }

    private void Join(int at)
    {
        var next = at + 1;
        while (next < _count && !SequenceNumber.After(_ranges[next].Start, _ranges[at].End))
        {
            if (SequenceNumber.After(_ranges[next].End, _ranges[at].End)) _ranges[at].End = _ranges[next].End;
            next++;
        }

        if (next == at + 1) return;
        Array.Copy(_ranges, next, _ranges, at + 1, _count - next);
        _count -= next - at - 1;
    }

    private int ForgetFirstGap(int at)
    {
        _ranges[1].Start = _ranges[0].Start;
        RemoveFirst();
        return Math.Max(0, at - 1);
    }
}
