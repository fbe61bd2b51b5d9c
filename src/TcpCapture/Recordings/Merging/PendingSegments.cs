using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Segments of one recording that wait for their counterpart in the other.</summary>
// Bounded: segments older than the maximum segment lifetime are removed, and beyond Capacity the oldest.
internal sealed class PendingSegments
{
    public const int Capacity = 1 << 20;

    /// <summary>The maximum segment lifetime (RFC 9293 section 3.4.2) and a margin for the rough clock.</summary>
    private const long LifetimeNanoseconds = 150_000_000_000;
    private const int Spare = 1024; // number of taken entries in the queue below which a cleanup is not worthwhile

    private readonly Dictionary<SegmentFingerprint, Entry> _entries = [];
    private readonly Queue<Entry> _ages = new();

    public int Count { get; private set; }

    public void Add(Entry entry)
    {
        var fingerprint = entry.Fingerprint;
        Expire(entry.Time);
        if (_entries.TryGetValue(fingerprint, out var first))
        {
            while (first.Next is not null) first = first.Next;
            first.Next = entry;
        }
        else
        {
            _entries.Add(fingerprint, entry);
        }

        Count++;
        _ages.Enqueue(entry);
        if (_ages.Count > 2 * Count + Spare) ForgetTaken();
    }

    public void Drop(Entry entry)
    {
        if (!entry.IsTaken) Remove(entry);
    }

    /// <summary>Takes the oldest segment with the same fingerprint; certain if there was only one.</summary>
    // If it is the wrong one, its delay is too long rather than too short, which loosens bounds but never breaks them.
    public Entry? Take(in SegmentFingerprint fingerprint, out bool isCertain)
    {
        isCertain = true;
        if (!_entries.TryGetValue(fingerprint, out var found)) return null;
        isCertain = found.Next is null;
        Remove(found);
        return found;
    }

    private void Expire(Timestamp now)
    {
        while (_ages.TryPeek(out var oldest))
        {
            if (!oldest.IsTaken && now - oldest.Time <= LifetimeNanoseconds && Count < Capacity) break;
            Drop(oldest);
            _ages.Dequeue();
        }
    }

    /// <summary>Removes taken entries behind one that waits.</summary>
    private void ForgetTaken()
    {
        for (var left = _ages.Count; left > 0; left--)
        {
            var entry = _ages.Dequeue();
            if (!entry.IsTaken) _ages.Enqueue(entry);
        }
    }

    private void Remove(Entry entry)
    {
        var fingerprint = entry.Fingerprint;
        var first = _entries[fingerprint];
        if (first != entry)
        {
            while (first.Next != entry) first = first.Next!;
            first.Next = entry.Next;
        }
        else if (entry.Next is null)
        {
            _entries.Remove(fingerprint);
        }
        else
        {
            _entries[fingerprint] = entry.Next;
        }

        entry.IsTaken = true;
        Count--;
    }

    internal sealed class Entry(bool isFirst, long frame, in Segment segment, in SegmentFingerprint fingerprint)
    {
        public bool IsFirst { get; } = isFirst; // true if the first host captured it
        public SegmentFingerprint Fingerprint { get; } = fingerprint;
        public long Frame { get; } = frame;
        public Timestamp Time { get; } = segment.Time;
        public FourTuple FourTuple { get; } = segment.FourTuple;
        public uint Seq { get; } = segment.Seq;
        public int Length { get; } = segment.Length;

        /// <summary>Its TCP timestamps; splitting and joining keep them.</summary>
        public (uint, uint) Stamps { get; } = (segment.Options.TsVal, segment.Options.TsEcr);
        public int Covered { get; set; } // number of its bytes found in segments of the other host
        public Entry? LastPiece { get; set; } // the last of those segments
        public Entry? Next { get; set; } // the next with the same fingerprint
        public bool IsTaken { get; set; }
    }
}
