using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>A reused batch of frames and their segments: in one share (in order), or in one share per lane.</summary>
internal sealed class DecodedBatch
{
    private readonly SegmentShare[] _shares;
    private readonly bool[] _corrupt;

    /// <summary>A batch with one share if <paramref name="inOrder"/>.</summary>
    public DecodedBatch(FrameBatch frames, bool inOrder, bool verifies = false)
    {
        Frames = frames;
        Verifies = verifies;
        _corrupt = new bool[verifies ? FrameBatch.DefaultFrames : 0];
        _shares = [.. Enumerable.Range(0, inOrder ? 1 : Lanes.Count).Select(_ => new SegmentShare())];
    }

    public FrameBatch Frames { get; }
    public long Number { get; set; } // the batch's number from 0; the first batch of a capture has none
    public long FirstFrame { get; set; } = 1; // number of the first frame, from 1
    public CaptureTally Tally { get; } = new();

    /// <summary>Which of the batches in memory it is, from 0 to <see cref="BatchPipeline.MaxBatches"/> - 1.</summary>
    public required int Slot { get; init; }
    public int Unfinished { get; set; } // workers that have not finished their share
    public ReadOnlySpan<SegmentShare> Shares => _shares;
    public bool Verifies { get; }

    /// <summary>True if the frame's segment has a wrong checksum; requires <see cref="Verifies"/>.</summary>
    public bool IsCorrupt(int index) => _corrupt[index];

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
            if (SegmentDecoder.HasPlainIPv4Headers(bytes, entry.LinkType))
            {
                var lane = Lanes.OfPlainIPv4(bytes);
                var share = shares[lane & laneBits];
                ref var next = ref share.Next;
                if (SegmentDecoder.TryDecodeFast(bytes, entry.Time, entry.OriginalLength, out next.Segment))
                {
                    next.Hash = FourTupleHash.Of(next.Segment._source, next.Segment._destination, seed);
                    next.Index = i;
                    next.Lane = lane;
                    share.Add();
                    if (Verifies) Verify(bytes, next.Segment, i);
                    continue;
                }
            }

            DecodeFully(i);
        }

        var segments = 0;
        foreach (var share in shares) segments += share.Entries.Length;
        Tally.AddSegments(segments - (int)Tally.Of(DecodeResult.IcmpError), entries.Length);
    }

    private void DecodeFully(int index)
    {
        var frame = Frames[index];
        var result = SegmentDecoder.FindTcp(frame, out var header);
        if (result == DecodeResult.Segment)
        {
            var lane = Lanes.Of(frame.Bytes, header);
            var share = _shares[lane & (_shares.Length - 1)];
            ref var next = ref share.Next;
            result = SegmentDecoder.ReadSegment(frame, header, out next.Segment);
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

        if (result == DecodeResult.IcmpError) AddQuote(frame, header, index);
        Tally.Add(result, index);
        if (result == DecodeResult.UnsupportedLinkType) Tally.AddUndecoded(frame.LinkType);
        if (result == DecodeResult.Opaque) Tally.AddOpaque(header.OpaqueCode, index);
    }

    /// <summary>Adds an ICMP error to the lane of the segment it quotes; the worker decodes the message again.</summary>
    private void AddQuote(in Frame frame, in InternetHeader header, int index)
    {
        IcmpDecoder.Read(frame, header, out var error);
        var lane = Lanes.Of(error.Source, error.Destination);
        var share = _shares[lane & (_shares.Length - 1)];
        ref var next = ref share.Next;
        next.Segment = new Segment
        {
            Time = frame.Time,
            Source = error.Source,
            Destination = error.Destination,
            Seq = error.Seq ?? 0,
            Flags = Segment.Quoted,
        };
        next.Hash = FourTupleHash.Of(next.Segment);
        next.Index = index;
        next.Lane = lane;
        share.Add();
        if (Verifies) _corrupt[index] = false;
    }

    /// <summary>An offloaded checksum does not count as wrong: the network card completes it after the capture.</summary>
    private void Verify(ReadOnlySpan<byte> bytes, in Segment segment, int index)
    {
        _corrupt[index] = SegmentChecksum.Verify(bytes, segment) == ChecksumResult.Wrong;
        if (_corrupt[index]) Tally.AddCorrupt(index);
    }
}
