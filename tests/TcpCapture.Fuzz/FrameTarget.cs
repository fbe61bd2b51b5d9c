using System.Buffers.Binary;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Fuzz;

/// <summary>The decoding of a frame: an input is a link type and an original length, two bytes each, and the frame.</summary>
internal sealed class FrameTarget : IFuzzTarget
{
    private const int HeaderLength = 4;

    public string Name => "frame";

    public static byte[] Input(in Frame frame)
    {
        var input = new byte[HeaderLength + frame.Bytes.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(input, (ushort)frame.LinkType);
        BinaryPrimitives.WriteUInt16LittleEndian(input.AsSpan(2), (ushort)Math.Min(frame.OriginalLength, ushort.MaxValue));
        frame.Bytes.CopyTo(input.AsSpan(HeaderLength));
        return input;
    }

    public int Run(byte[] input)
    {
        if (input.Length < HeaderLength) return 0;
        var linkType = BinaryPrimitives.ReadUInt16LittleEndian(input);
        var original = BinaryPrimitives.ReadUInt16LittleEndian(input.AsSpan(2));
        var frame = new Frame(new Timestamp(1), linkType, original, input.AsSpan(HeaderLength));
        var result = SegmentDecoder.Decode(frame, out var segment);
        if (result == DecodeResult.Segment && segment.Length < 0)
            throw new InvalidOperationException($"A segment of {segment.Length} bytes.");
        if (IcmpDecoder.Decode(frame, result, out var error) && error.HasQuote != (result == DecodeResult.IcmpError))
            throw new InvalidOperationException($"{result}, but {error}.");
        GoTheLongWay(frame, result, segment);
        return HashCode.Combine(result, linkType, int.Log2(segment.Length + 1), segment.Options.SackBlocks);
    }

    /// <summary>Decodes in two steps with the lane between them, as batches do, also for plain headers.</summary>
    private static void GoTheLongWay(in Frame frame, DecodeResult expected, in Segment segment)
    {
        var other = default(Segment);
        var result = SegmentDecoder.FindTcp(frame, out var header);
        if (result == DecodeResult.Segment)
        {
            var lane = Lanes.Of(frame.Bytes, header);
            if (SegmentDecoder.HasPlainIPv4Headers(frame.Bytes, frame.LinkType) && lane != Lanes.OfPlainIPv4(frame.Bytes))
                throw new InvalidOperationException($"In lane {lane}, and in {Lanes.OfPlainIPv4(frame.Bytes)}.");
            result = SegmentDecoder.ReadSegment(frame, header, out other);
        }

        if (result != expected || other != segment) throw new InvalidOperationException($"The fast path gives {expected} {segment}, the full one {result} {other}.");
    }
}
