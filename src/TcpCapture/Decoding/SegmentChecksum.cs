using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Decoding;

/// <summary>Verifies the TCP checksum over the pseudo header of the innermost IPv4 or IPv6 header (RFC 9293, 8200).</summary>
internal static class SegmentChecksum
{
    private const int MinHeaderLength = 20;
    private const int ChecksumAt = 16;

    /// <summary>Verifies the checksum of a segment decoded from <paramref name="frame"/>.</summary>
    // Limitation: with an IPv6 routing header, the sum needs the final destination, so the result for such a segment is Wrong.
    public static ChecksumResult Verify(ReadOnlySpan<byte> frame, in Segment segment)
    {
        if (segment.HeaderAt <= 0 || segment.HeaderAt > frame.Length - MinHeaderLength) return ChecksumResult.Unverifiable;
        var tcp = frame[segment.HeaderAt..];
        var length = (long)(tcp[12] >> 4) * 4 + segment.Length;
        if (length < MinHeaderLength || length > tcp.Length) return ChecksumResult.Unverifiable;
        var pseudoHeader = PseudoHeader(segment, (uint)length);
        if (InternetChecksum.Fold(pseudoHeader + InternetChecksum.Sum(tcp[..(int)length])) == 0xFFFF) return ChecksumResult.Correct;
        return BinaryPrimitives.ReadUInt16BigEndian(tcp[ChecksumAt..]) == InternetChecksum.Fold(pseudoHeader)
            ? ChecksumResult.Offloaded : ChecksumResult.Wrong;
    }

    // One form for IPv4 and IPv6: the extra zero words of the IPv6 form add nothing.
    private static ulong PseudoHeader(in Segment segment, uint length)
    {
        Span<byte> bytes = stackalloc byte[40];
        var at = segment.Source.WriteAddress(bytes);
        at += segment.Destination.WriteAddress(bytes[at..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(at + 4)..], IPProtocols.Tcp);
        return InternetChecksum.Sum(bytes[..(at + 8)]);
    }
}

internal enum ChecksumResult : byte
{
    Correct,
    Wrong, // the checksum does not match: the segment was corrupted in flight or sent so
    Offloaded, // it covers the pseudo header only, as checksum offload leaves it on the capturing host: unknown
    Unverifiable, // the segment was not captured whole
}
