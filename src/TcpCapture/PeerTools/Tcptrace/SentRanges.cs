using System.Runtime.CompilerServices;

namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>
/// What one end has sent and the other has not acknowledged, in the order of its numbers; before it what was acknowledged last,
/// for duplicates of that acknowledgement. A ring: it grows and shrinks at its ends, and in its middle only where segments were
/// lost or changed places.
/// </summary>
internal struct SentRanges
{
    /// <summary>Most ranges of an end whose peer acknowledges: 4096 full segments are 6 MB under way. Beyond, the oldest go.</summary>
    public const int Most = 4096;

    /// <summary>Most ranges while no acknowledgement at all was seen: the other direction is likely not in the capture.</summary>
    public const int MostUnheard = 64;

    private SentRange[] _ring = new SentRange[4];
    private int _head;
    private uint _lastOfAll;

    public SentRanges()
    {
    }

    public int Count { get; private set; }

    public readonly ref SentRange this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _ring[(_head + index) & (_ring.Length - 1)];
    }

    /// <summary>True if <paramref name="first"/> lies behind all ranges, within two quadrants of them.</summary>
    public readonly bool IsBeyondAll(uint first) =>
        Count == 0 || ((first >> 30) - (_lastOfAll >> 30) & 3) switch { 0 => first > _lastOfAll, 1 => true, _ => false };

    /// <summary>Adds a range if it lies behind all others in their quadrant and there is room: so it is with nearly all that is sent.</summary>
    /// <returns>False if it may be otherwise: nothing was done with it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAppend(uint first, uint last, long sent, bool isHeard)
    {
        var ring = _ring;
        var count = Count;
        if (count >= ring.Length || first <= _lastOfAll || (first ^ _lastOfAll) >> 30 != 0 || count == 0 || (count >= MostUnheard && !isHeard)) return false;
        ring[(_head + count) & (ring.Length - 1)].Set(first, last, sent);
        Count = count + 1;
        _lastOfAll = last;
        return true;
    }

    /// <summary>Forgets everything, and room that few need.</summary>
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

    /// <summary>Adds a range at the end.</summary>
    public void Add(uint first, uint last, long sent, bool isHeard)
    {
        if (Count >= (isHeard ? Most : MostUnheard)) RemoveFirst();
        if (Count == _ring.Length) Grow();
        this[Count++].Set(first, last, sent);
        _lastOfAll = last;
    }

    /// <summary>Puts a range before the one at <paramref name="index"/>; false if there is no room, and then nothing has changed.</summary>
    public bool Insert(int index, uint first, uint last, long sent)
    {
        if (Count == Most) return false;
        if (Count == _ring.Length) Grow();
        Count++;
        for (var i = Count - 1; i > index; i--) this[i] = this[i - 1];
        this[index].Set(first, last, sent);
        return true;
    }

    /// <summary>Makes one of the range at <paramref name="index"/> and the next: sent at the later time, repeated as often as the first.</summary>
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
