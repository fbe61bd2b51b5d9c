using TcpCapture.Capture;
using TcpCapture.Capture.Files;
using TcpCapture.Model;

namespace TcpCapture.Captures;

/// <summary>A batch of frames and the segments in them. Used again and again, by one thread at a time.</summary>
/// <param name="verifies">True if checksums are verified.</param>
internal sealed class DecodedBatch(bool verifies = false)
{
    private readonly Segment[] _segments = new Segment[FrameBatch.DefaultFrames];
    private readonly ulong[] _hashes = new ulong[FrameBatch.DefaultFrames];
    private readonly DecodeResult[] _results = new DecodeResult[FrameBatch.DefaultFrames];
    private readonly bool[] _corrupt = new bool[verifies ? FrameBatch.DefaultFrames : 0];

    /// <summary>The frames.</summary>
    public FrameBatch Frames { get; } = new();

    /// <summary>What each frame holds.</summary>
    public ReadOnlySpan<DecodeResult> Results => _results.AsSpan(0, Frames.Count);

    /// <summary>The segments, each at its frame's place; meaningless where there is none.</summary>
    public ReadOnlySpan<Segment> Segments => _segments.AsSpan(0, Frames.Count);

    /// <summary>The <see cref="FourTupleHash"/> of each segment's four-tuple.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Frames.Count);

    /// <summary>True if the segment of that frame has a wrong checksum: no end has taken it.</summary>
    public bool IsCorrupt(int index) => verifies && _corrupt[index];

    /// <summary>Finds the segments.</summary>
    public void Decode()
    {
        for (var i = 0; i < Frames.Count; i++)
        {
            ref var segment = ref _segments[i];
            _results[i] = SegmentDecoder.Decode(Frames[i], out segment);
            if (_results[i] == DecodeResult.Segment) _hashes[i] = FourTupleHash.Of(segment);
        }

        if (verifies) Verify();
    }

    // A checksum that was left to the network card is not wrong: the capture was made before it was put in.
    private void Verify()
    {
        for (var i = 0; i < Frames.Count; i++)
            _corrupt[i] = _results[i] == DecodeResult.Segment && SegmentChecksum.Verify(Frames[i].Bytes, _segments[i]) == ChecksumResult.Wrong;
    }
}
