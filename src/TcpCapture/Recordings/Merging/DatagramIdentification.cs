using System.Buffers.Binary;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// The identification of an IPv4 datagram, which Linux counts up for each segment of a connection: it tells a segment from one
/// that looks the same. IPv6 has none.
/// </summary>
internal static class DatagramIdentification
{
    private const int IPv4HeaderLength = 20;

    /// <summary>The identification; 0 if there is none.</summary>
    public static ushort Of(in Frame frame)
    {
        if (LinkHeader.Walk(frame, out var etherType, out var at) != DecodeResult.Segment || etherType != EtherTypes.IPv4) return 0;
        return frame.Bytes.Length < at + IPv4HeaderLength ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes[(at + 4)..]);
    }
}
