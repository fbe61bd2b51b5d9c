using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>
/// Finds the TCP segment in a frame, on spans: the link layer and what stands before IP (<see cref="LinkHeader"/>,
/// <see cref="ShimHeaders"/>), IP (<see cref="InternetHeader"/>), and through tunnels (<see cref="TunnelHeader"/>) the same
/// again. No length in the frame is believed before it was compared with what was captured and with what holds it. A
/// segment cut at the snaplen decodes as long as the first 20 bytes of its TCP header are there.
/// </summary>
internal static class SegmentDecoder
{
    private const int TcpMinimumLength = 20;

    // A frame of nothing but tunnel headers must not cost a look at each of thousands.
    private const int DeepestNesting = 16;

    /// <summary>Decodes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="segment">The segment, if the result is <see cref="DecodeResult.Segment"/>.</param>
    public static DecodeResult Decode(in Frame frame, out Segment segment)
    {
        var result = FindTcp(frame, out var header);
        if (result == DecodeResult.Segment) return ReadTcp(frame, header, out segment);
        segment = default;
        return result;
    }

    /// <summary>Finds the innermost datagram, if that carries TCP.</summary>
    public static DecodeResult FindTcp(in Frame frame, out InternetHeader header)
    {
        var bytes = frame.Bytes;
        var result = LinkHeader.Walk(frame, out _, out var offset);
        if (result != DecodeResult.Segment)
        {
            header = default;
            return result;
        }

        result = InternetHeader.Read(bytes, offset, frame.OriginalLength, out header);
        return result != DecodeResult.Segment || header.Protocol == IPProtocols.Tcp ? result : FollowTunnels(bytes, ref header);
    }

    private static DecodeResult FollowTunnels(ReadOnlySpan<byte> bytes, ref InternetHeader header)
    {
        for (var depth = 0; depth < DeepestNesting; depth++)
        {
            var result = TunnelHeader.Walk(bytes, header, out var etherType, out var offset);
            if (result == DecodeResult.Segment) result = ShimHeaders.Walk(bytes, ref etherType, ref offset);
            if (result == DecodeResult.Segment) result = InternetHeader.Read(bytes, offset, header.End, out header);
            if (result != DecodeResult.Segment || header.Protocol == IPProtocols.Tcp) return result;
        }

        return DecodeResult.NotTcp;
    }

    private static DecodeResult ReadTcp(in Frame frame, in InternetHeader header, out Segment segment)
    {
        var length = header.End - header.PayloadAt;
        if (length < TcpMinimumLength || frame.Bytes.Length - header.PayloadAt < TcpMinimumLength) return Malformed(out segment);
        var tcp = frame.Bytes[header.PayloadAt..];
        var offsetAndFlags = BinaryPrimitives.ReadUInt16BigEndian(tcp[12..]);
        var headerLength = (offsetAndFlags >> 12) * 4;
        if (headerLength < TcpMinimumLength || headerLength > length) return Malformed(out segment);

        Unsafe.SkipInit(out segment);
        var sourcePort = BinaryPrimitives.ReadUInt16BigEndian(tcp);
        var destinationPort = BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]);
        if (header.IsV6)
        {
            var addresses = frame.Bytes.Slice(header.At + InternetHeader.IPv6AddressesAt, 32);
            Endpoint.ReadIPv6(addresses, sourcePort, out segment._source);
            Endpoint.ReadIPv6(addresses[16..], destinationPort, out segment._destination);
        }
        else
        {
            var addresses = frame.Bytes.Slice(header.At + InternetHeader.IPv4AddressesAt, 8);
            Endpoint.ReadIPv4(addresses, sourcePort, out segment._source);
            Endpoint.ReadIPv4(addresses[4..], destinationPort, out segment._destination);
        }

        segment._time = frame.Time;
        segment._seq = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        segment._ack = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]);
        segment._flags = (TcpFlags)(offsetAndFlags & 0x1FF);
        segment._window = BinaryPrimitives.ReadUInt16BigEndian(tcp[14..]);
        segment._length = length - headerLength;
        if (headerLength == TcpMinimumLength) segment._options = default;
        else TcpOptionsReader.Read(tcp[TcpMinimumLength..Math.Min(headerLength, tcp.Length)], out segment._options);
        segment._headerAt = header.PayloadAt;
        segment._isCut = tcp.Length < length;
        return DecodeResult.Segment;
    }

    private static DecodeResult Malformed(out Segment segment)
    {
        segment = default;
        return DecodeResult.Malformed;
    }
}
