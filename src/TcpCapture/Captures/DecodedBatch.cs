using TcpCapture.Capture;
using TcpCapture.Capture.Files;
using TcpCapture.Model;

namespace TcpCapture.Captures;

/// <summary>A batch of frames, the segments in them, and what became of those. Used again and again.</summary>
internal sealed class DecodedBatch
{
    private readonly Segment[] _segments = new Segment[FrameBatch.DefaultFrames];
    private readonly ulong[] _hashes = new ulong[FrameBatch.DefaultFrames];
    private readonly bool[] _corrupt;
    private readonly Place[][] _shares;
    private readonly int[] _counts;
    private readonly int[] _workerOf;
    private readonly bool _verifies;

    /// <param name="frames">Holds the frames.</param>
    /// <param name="workers">How many threads share it.</param>
    /// <param name="verifies">True if checksums are verified.</param>
    public DecodedBatch(FrameBatch frames, int workers, bool verifies = false)
    {
        Frames = frames;
        _verifies = verifies;
        _corrupt = new bool[verifies ? FrameBatch.DefaultFrames : 0];
        _shares = [.. Enumerable.Range(0, workers).Select(_ => new Place[FrameBatch.DefaultFrames])];
        _counts = new int[workers];
        _workerOf = [.. Enumerable.Range(0, Lanes.Count).Select(lane => lane % workers)];
        Outcomes = [.. Enumerable.Range(0, workers).Select(_ => new LaneOutcome())];
    }

    /// <summary>The frames.</summary>
    public FrameBatch Frames { get; }

    /// <summary>Which batch it is, from 0; the first one of a capture, which goes its own way, has no number.</summary>
    public long Number { get; set; }

    /// <summary>Number of the first frame, from 1.</summary>
    public long FirstFrame { get; set; } = 1;

    /// <summary>What the frames hold, counted.</summary>
    public CaptureTally Tally { get; } = new();

    /// <summary>What each worker has found out.</summary>
    public IReadOnlyList<LaneOutcome> Outcomes { get; }

    /// <summary>How many workers still have to do their share.</summary>
    public int Unfinished { get; set; }

    /// <summary>The segments, each at its frame's place; meaningless where there is none.</summary>
    public ReadOnlySpan<Segment> Segments => _segments.AsSpan(0, Frames.Count);

    /// <summary>The <see cref="FourTupleHash"/> of each segment's four-tuple.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Frames.Count);

    /// <summary>The segments that a worker follows, in their order.</summary>
    public ReadOnlySpan<Place> SegmentsOf(int worker) => _shares[worker].AsSpan(0, _counts[worker]);

    /// <summary>True if checksums were verified.</summary>
    public bool Verifies => _verifies;

    /// <summary>True if the segment of that frame has a wrong checksum: no end has taken it. Only if they were verified.</summary>
    public bool IsCorrupt(int index) => _corrupt[index];

    /// <summary>Finds the segments.</summary>
    public void Decode()
    {
        Tally.Begin(FirstFrame);
        Array.Clear(_counts);
        var counts = _counts;
        var entries = Frames.Entries;
        var buffer = Frames.Buffer;
        for (var i = 0; i < entries.Length; i++)
        {
            ref readonly var entry = ref entries[i];
            ref var segment = ref _segments[i];
            var bytes = buffer.AsSpan(entry.Offset, entry.Length);
            if (!SegmentDecoder.TryDecodePlain(bytes, entry.Time, entry.LinkType, entry.OriginalLength, out segment)
                && SegmentDecoder.DecodeAny(Frames[i], out segment) is not DecodeResult.Segment and var result)
            {
                Tally.Add(result, i);
                if (result == DecodeResult.UnsupportedLinkType) Tally.AddUndecoded(entry.LinkType);
                continue;
            }

            _hashes[i] = FourTupleHash.Of(segment._source, segment._destination);
            var lane = Lanes.Of(segment);
            var worker = _workerOf[lane];
            _shares[worker][counts[worker]++] = new Place(i, lane);

            // A checksum that was left to the network card is not wrong: the capture was made before it was put in.
            if (!_verifies) continue;
            _corrupt[i] = SegmentChecksum.Verify(bytes, segment) == ChecksumResult.Wrong;
            if (_corrupt[i]) Tally.AddCorrupt(i);
        }

        Tally.AddSegments(_counts.Sum(), entries.Length);
    }

    /// <summary>A segment of a batch.</summary>
    /// <param name="Index">The place of its frame.</param>
    /// <param name="Lane">The lane that follows its connection.</param>
    internal readonly record struct Place(int Index, int Lane);
}
