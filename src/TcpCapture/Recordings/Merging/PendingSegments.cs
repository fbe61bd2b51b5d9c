using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// Segments of one recording whose counterpart the other has not come to yet, or never will. Bounded: what has waited longer
/// than any network holds a segment goes, and the oldest beyond <see cref="Capacity"/>.
/// </summary>
internal sealed class PendingSegments
{
    public const int Capacity = 1 << 20;

    /// <summary>The longest a segment lives (RFC 9293 section 3.4.2, MSL), and a margin for the rough clock.</summary>
    private const long LifetimeNanoseconds = 150_000_000_000;

    /// <summary>So many taken ones may stay in the queue before it is worth a walk.</summary>
    private const int Spare = 1024;

    private readonly Dictionary<SegmentFingerprint, Entry> _entries = [];
    private readonly Queue<Entry> _ages = new();

    /// <summary>Segments held.</summary>
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

    /// <summary>Takes a segment that has been accounted for otherwise.</summary>
    public void Drop(Entry entry)
    {
        if (!entry.IsTaken) Remove(entry);
    }

    /// <summary>
    /// Takes the segment that looks the same: of several the oldest, for then the way it seems to have taken is rather too long
    /// than too short, which loosens bounds and never breaks them.
    /// </summary>
    /// <param name="fingerprint">What it looks like.</param>
    /// <param name="isCertain">True if there was only one.</param>
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

    /// <summary>One that waits would keep all that came after it, and has been taken, in the queue.</summary>
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

    /// <summary>A segment that waits.</summary>
    internal sealed class Entry(bool isFirst, long frame, in Segment segment, in SegmentFingerprint fingerprint)
    {
        /// <summary>True if the first host saw it.</summary>
        public bool IsFirst { get; } = isFirst;

        public SegmentFingerprint Fingerprint { get; } = fingerprint;

        public long Frame { get; } = frame;

        public Timestamp Time { get; } = segment.Time;

        public FourTuple FourTuple { get; } = segment.FourTuple;

        public uint Seq { get; } = segment.Seq;

        public int Length { get; } = segment.Length;

        /// <summary>Its TCP timestamps, which cutting and joining leave as they are.</summary>
        public (uint, uint) Stamps { get; } = (segment.Options.TsVal, segment.Options.TsEcr);

        /// <summary>How many of its bytes other segments of the other host's recording hold.</summary>
        public int Covered { get; set; }

        /// <summary>The last of those.</summary>
        public Entry? LastPiece { get; set; }

        /// <summary>The next that looks the same.</summary>
        public Entry? Next { get; set; }

        public bool IsTaken { get; set; }
    }
}
