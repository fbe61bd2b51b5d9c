using System.Runtime.CompilerServices;

namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>A ring of an end's unacknowledged ranges in order, after the last acknowledged one (to detect duplicates).</summary>
internal struct SentRanges
{
    /// <summary>Maximum ranges; beyond, the oldest are dropped. 4096 full segments are 6 MB in flight.</summary>
    public const int MaxCount = 4096;

    /// <summary>Maximum ranges before any acknowledgement: the other direction is likely not captured.</summary>
    public const int MaxUnacknowledged = 64;

    private SentRange[] _ring = new SentRange[4];
    private int _head;
    private uint _lastOfAll;

    public SentRanges() { }

    public int Count { get; private set; }

    public readonly ref SentRange this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _ring[(_head + index) & (_ring.Length - 1)];
    }

    /// <summary>True if <paramref name="first"/> is after all ranges, within two quadrants.</summary>
    public readonly bool IsBeyondAll(uint first) =>
        Count == 0 || ((first >> 30) - (_lastOfAll >> 30) & 3) switch { 0 => first > _lastOfAll, 1 => true, _ => false };

    /// <summary>Adds the usual range: after all others in their quadrant, with room. False, without effect, for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAddFast(uint first, uint last, long sent, bool isHeard)
    {
        var ring = _ring;
        var count = Count;
        if (count >= ring.Length || first <= _lastOfAll || (first ^ _lastOfAll) >> 30 != 0 || count == 0
            || (count >= MaxUnacknowledged && !isHeard)) return false;
        ring[(_head + count) & (ring.Length - 1)].Set(first, last, sent);
        Count = count + 1;
        _lastOfAll = last;
        return true;
    }

    public void Clear()
    {
        if (_ring.Length > 16) _ring = new SentRange[4];
        (_head, Count) = (0, 0);
    }

    public void RemoveFirst(int count = 1)
    {
        _head = (_head + count) & (_ring.Length - 1);
        Count -= count;
    }

    public void Add(uint first, uint last, long sent, bool isHeard)
    {
        if (Count >= (isHeard ? MaxCount : MaxUnacknowledged)) RemoveFirst();
        if (Count == _ring.Length) Grow();
        this[Count++].Set(first, last, sent);
        _lastOfAll = last;
    }

    /// <summary>Inserts a range before the one at <paramref name="index"/>; false, without effect, if there is no room.</summary>
    public bool Insert(int index, uint first, uint last, long sent)
    {
        if (Count == MaxCount) return false;
        if (Count == _ring.Length) Grow();
        Count++;
        for (var i = Count - 1; i > index; i--) this[i] = this[i - 1];
        this[index].Set(first, last, sent);
        return true;
    }

    /// <summary>Joins the range at <paramref name="index"/> with the next: later time, retransmissions of the first.</summary>
    public void Join(int index)
    {
        ref var joined = ref this[index + 1];
        ref var earlier = ref this[index];
        joined.First = earlier.First;
        joined.Repeated = earlier.Repeated;
        joined.Sent = Math.Max(joined.Sent, earlier.Sent);
        for (var i = index; i > 0; i--) this[i] = this[i - 1];
        RemoveFirst();
    }

    private void Grow()
    {
        var larger = new SentRange[_ring.Length * 2];
        for (var i = 0; i < Count; i++) larger[i] = this[i];
        _ring = larger;
        _head = 0;
    }
}

/// <summary>Sequence numbers of one segment; acknowledged neighbours are joined.</summary>
internal struct SentRange
{
    public uint First;
    public uint Last; // the last number, inclusive. A range does not cross a quadrant, so it does not wrap
    public long Sent; // time of the last sending in ns since 1970
    public uint Repeated;

    public bool IsAcknowledged;

    /// <summary>Sets numbers sent for the first time, in place: quicker than copying a struct.</summary>
    public void Set(uint first, uint last, long sent)
    {
        First = first;
        Last = last;
        Sent = sent;
        Repeated = 0;
        IsAcknowledged = false;
    }

    /// <summary>Its quarter of the sequence space.</summary>
    public readonly uint Quadrant => First >> 30;
}
