using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>A batch of frames, the segments in them, and what became of those. Used again and again.</summary>
/// <remarks>
/// Its segments are given out in shares: all in one, if they have to be followed in their order, or one for each lane.
/// </remarks>
internal sealed class DecodedBatch
{
    private readonly SegmentShare[] _shares;
    private readonly bool[] _corrupt;

    /// <param name="frames">Holds the frames.</param>
    /// <param name="inOrder">True if the segments are to be followed in their order, so that there is one share of them.</param>
    /// <param name="verifies">True if checksums are verified.</param>
    public DecodedBatch(FrameBatch frames, bool inOrder, bool verifies = false)
    {
        Frames = frames;
        Verifies = verifies;
        _corrupt = new bool[verifies ? FrameBatch.DefaultFrames : 0];
        _shares = [.. Enumerable.Range(0, inOrder ? 1 : Lanes.Count).Select(_ => new SegmentShare())];
        Outcomes = [.. _shares.Select(share => share.Outcome)];
    }

    /// <summary>The frames.</summary>
    public FrameBatch Frames { get; }

    /// <summary>Which batch it is, from 0; the first one of a capture, which goes its own way, has no number.</summary>
    public long Number { get; set; }

    /// <summary>Number of the first frame, from 1.</summary>
    public long FirstFrame { get; set; } = 1;

    /// <summary>What the frames hold, counted.</summary>
    public CaptureTally Tally { get; } = new();

    /// <summary>What was found out in each share.</summary>
    public LaneOutcome[] Outcomes { get; }

    /// <summary>How many workers still have to do their share.</summary>
    public int Unfinished { get; set; }

    /// <summary>The segments.</summary>
    public ReadOnlySpan<SegmentShare> Shares => _shares;

    /// <summary>True if checksums were verified.</summary>
    public bool Verifies { get; }

    /// <summary>True if the segment of that frame has a wrong checksum: no end has taken it. Only if they were verified.</summary>
    public bool IsCorrupt(int index) => _corrupt[index];

    /// <summary>Finds the segments.</summary>
    public void Decode()
    {
        Tally.Begin(FirstFrame);
        foreach (var share in _shares) share.Clear();
        var shares = _shares;
        var laneBits = shares.Length - 1;
        var seed = FourTupleHash.First;
        var entries = Frames.Entries;
        var buffer = Frames.Buffer;
        for (var i = 0; i < entries.Length; i++)
        {
            ref readonly var entry = ref entries[i];
            var bytes = buffer.AsSpan(entry.Offset, entry.Length);
            if (SegmentDecoder.IsPlain(bytes, entry.LinkType))
            {
                var lane = Lanes.OfPlain(bytes);
                var share = shares[lane & laneBits];
                ref var next = ref share.Next;
                if (SegmentDecoder.TryReadPlain(bytes, entry.Time, entry.OriginalLength, out next.Segment))
                {
                    next.Hash = FourTupleHash.Of(next.Segment._source, next.Segment._destination, seed);
                    next.Index = i;
                    next.Lane = lane;
                    share.Add();
                    if (Verifies) Verify(bytes, next.Segment, i);
                    continue;
                }
            }

            DecodeAny(i);
        }

        var segments = 0;
        foreach (var share in shares) segments += share.Entries.Length;
        Tally.AddSegments(segments, entries.Length);
    }

    private void DecodeAny(int index)
    {
        var frame = Frames[index];
        var result = SegmentDecoder.FindTcp(frame, out var header);
        if (result == DecodeResult.Segment)
        {
            var lane = Lanes.Of(frame.Bytes, header);
            var share = _shares[lane & (_shares.Length - 1)];
            ref var next = ref share.Next;
            result = SegmentDecoder.ReadTcp(frame, header, out next.Segment);
            if (result == DecodeResult.Segment)
            {
                next.Hash = FourTupleHash.Of(next.Segment);
                next.Index = index;
                next.Lane = lane;
                share.Add();
                if (Verifies) Verify(frame.Bytes, next.Segment, index);
                return;
            }
        }

        Tally.Add(result, index);
        if (result == DecodeResult.UnsupportedLinkType) Tally.AddUndecoded(frame.LinkType);
    }

    /// <summary>A checksum that was left to the network card is not wrong: the capture was made before it was put in.</summary>
    private void Verify(ReadOnlySpan<byte> bytes, in Segment segment, int index)
    {
        _corrupt[index] = SegmentChecksum.Verify(bytes, segment) == ChecksumResult.Wrong;
        if (_corrupt[index]) Tally.AddCorrupt(index);
    }
}
