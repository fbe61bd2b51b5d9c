using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Decoding;

/// <summary>Verifies the TCP checksum over the pseudo header of the innermost IPv4 or IPv6 header (RFC 9293, 8200).</summary>
internal static class SegmentChecksum
{
    private const int LeastHeaderLength = 20;
    private const int ChecksumAt = 16;

    /// <summary>Verifies the checksum of a segment.</summary>
    /// <param name="frame">The bytes of the frame the segment was decoded from.</param>
    /// <param name="segment">The segment, with the addresses it had in that frame.</param>
    /// <remarks>
    /// A datagram still on its way through an IPv6 routing header is summed with its next destination, where its sender took
    /// the last: such a segment, hardly ever seen, is called wrong.
    /// </remarks>
    public static ChecksumResult Verify(ReadOnlySpan<byte> frame, in Segment segment)
    {
        if (segment.HeaderAt <= 0 || segment.HeaderAt > frame.Length - LeastHeaderLength) return ChecksumResult.Unverifiable;
        var tcp = frame[segment.HeaderAt..];
        var length = (long)(tcp[12] >> 4) * 4 + segment.Length;
        if (length < LeastHeaderLength || length > tcp.Length) return ChecksumResult.Unverifiable;
        var pseudoHeader = PseudoHeader(segment, (uint)length);
        if (InternetChecksum.Fold(pseudoHeader + InternetChecksum.Sum(tcp[..(int)length])) == 0xFFFF) return ChecksumResult.Correct;
        return BinaryPrimitives.ReadUInt16BigEndian(tcp[ChecksumAt..]) == InternetChecksum.Fold(pseudoHeader)
            ? ChecksumResult.Offloaded : ChecksumResult.Wrong;
    }

    // IPv4's pseudo header is IPv6's with shorter addresses: the words of zeros that are more add nothing.
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
