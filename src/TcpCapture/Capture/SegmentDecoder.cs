using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>
/// Finds the TCP segment in a frame, on spans, without allocating: link layers as in <see cref="LinkHeader"/>, IPv4
/// with options, IPv6 with extension headers. Tunnels go to <see cref="EncapsulatedDecoder"/>. No length in the frame
/// is believed before it was compared with what was captured. A segment cut at the snaplen decodes as long as its TCP
/// header is there in full.
/// </summary>
internal static class SegmentDecoder
{
    private const int TcpMinimumLength = 20;
    private const int VxlanPort = 4789;

    /// <summary>Decodes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="segment">The segment, if the result is <see cref="DecodeResult.Segment"/>.</param>
    public static DecodeResult Decode(in Frame frame, out Segment segment)
    {
        segment = default;
        var link = LinkHeader.Walk(frame, out var etherType, out var offset);
        if (link != DecodeResult.Segment) return link;
        if (etherType == EtherTypes.PppoeSession) return EncapsulatedDecoder.Decode(frame, offset, out segment);
        if (etherType is not (EtherTypes.IPv4 or EtherTypes.IPv6)) return DecodeResult.NotTcp;

        var network = InternetHeader.Read(frame.Bytes, offset, frame.OriginalLength, out var header);
        if (network != DecodeResult.Segment) return network;
        if (header.Protocol == IPProtocols.Tcp) return ReadTcp(frame, header, out segment);
        return IsTunnel(frame.Bytes, header)
            ? EncapsulatedDecoder.Decode(frame, header.PayloadAt, out segment)
            : DecodeResult.NotTcp;
    }

    /// <summary>Decodes the segment of the IP datagram that begins at <paramref name="at"/>; follows no tunnel.</summary>
    public static DecodeResult DecodeInternet(in Frame frame, int at, out Segment segment)
    {
        segment = default;
        var network = InternetHeader.Read(frame.Bytes, at, frame.OriginalLength, out var header);
        if (network != DecodeResult.Segment) return network;
        return header.Protocol == IPProtocols.Tcp ? ReadTcp(frame, header, out segment) : DecodeResult.NotTcp;
    }

    private static bool IsTunnel(ReadOnlySpan<byte> bytes, in InternetHeader header) => header.Protocol switch
    {
        IPProtocols.IPv4 or IPProtocols.IPv6 or IPProtocols.Gre => true,
        IPProtocols.Udp => bytes.Length >= header.PayloadAt + 4
            && BinaryPrimitives.ReadUInt16BigEndian(bytes[(header.PayloadAt + 2)..]) == VxlanPort,
        _ => false,
    };

    private static DecodeResult ReadTcp(in Frame frame, in InternetHeader header, out Segment segment)
    {
        segment = default;
        var tcp = frame.Bytes[header.PayloadAt..];
        if (header.PayloadLength < tcp.Length) tcp = tcp[..header.PayloadLength];
        if (tcp.Length < TcpMinimumLength) return DecodeResult.Malformed;
        var headerLength = (tcp[12] >> 4) * 4;
        if (headerLength < TcpMinimumLength || headerLength > tcp.Length) return DecodeResult.Malformed;

        segment = new Segment
        {
            Time = frame.Time,
            Source = Endpoint.FromBytes(header.Source, BinaryPrimitives.ReadUInt16BigEndian(tcp)),
            Destination = Endpoint.FromBytes(header.Destination, BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
            Seq = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            Ack = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            Flags = (TcpFlags)(BinaryPrimitives.ReadUInt16BigEndian(tcp[12..]) & 0x1FF),
            Window = BinaryPrimitives.ReadUInt16BigEndian(tcp[14..]),
            Length = header.PayloadLength - headerLength,
            Options = TcpOptionsReader.Read(tcp[TcpMinimumLength..headerLength]),
            HeaderAt = header.PayloadAt,
        };
        return DecodeResult.Segment;
    }
}
