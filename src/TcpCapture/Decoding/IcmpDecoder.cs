using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Decoding;

/// <summary>Decodes ICMP errors that quote a TCP segment, also within a quoted tunnel.</summary>
// RFC 792 quotes the IP header and 8 bytes of TCP: ports and sequence number. Newer systems quote up to 576 or 1280 bytes.
internal static class IcmpDecoder
{
    private const int HeaderLength = 8;
    private const int PortsLength = 4;
    private const int SeqAt = 4;
    private const int FlagsAt = 12;
    private const int IPv6HeaderLength = 40;

    /// <summary>Decodes the ICMP error in a frame whose decoding gave <paramref name="result"/>.</summary>
    /// <returns>False if that was another result.</returns>
    public static bool Decode(in Frame frame, DecodeResult result, out IcmpError error)
    {
        error = default;
        if (result is not (DecodeResult.IcmpError or DecodeResult.IcmpWithoutQuote)) return false;
        return SegmentDecoder.FindTcp(frame, out var header) == result && Read(frame, header, out error) == result;
    }

    /// <summary>Decodes the message in the datagram <paramref name="carrier"/>.</summary>
    // Returns DecodeResult.IcmpError or DecodeResult.IcmpWithoutQuote with an error; DecodeResult.NotTcp if it is no error, or
    // quotes something else.
    public static DecodeResult Read(in Frame frame, in InternetHeader carrier, out IcmpError error)
    {
        error = default;
        if (carrier.Protocol != (carrier.IsV6 ? IPProtocols.IcmpV6 : IPProtocols.Icmp)) return DecodeResult.NotTcp;
        var bytes = frame.Bytes[..Math.Min(frame.Bytes.Length, carrier.End)]; // without the link layer's padding
        var at = carrier.PayloadAt;
        if (bytes.Length < at + HeaderLength || !IcmpError.IsError(bytes[at], carrier.IsV6)) return DecodeResult.NotTcp;
        var result = FindQuote(bytes, at + HeaderLength, carrier, out var quoted);
        if (result == DecodeResult.NotTcp) return result;
        error = new IcmpError
        {
            Time = frame.Time,
            IsV6 = carrier.IsV6,
            Type = bytes[at],
            Code = bytes[at + 1],
            Sender = Address(bytes, carrier, 0, 0),
            Recipient = Address(bytes, carrier, 1, 0),
        };
        if (error.IsTooBig) error = error with { Mtu = Mtu(bytes[at..], carrier.IsV6) };
        if (result == DecodeResult.IcmpError) error = WithQuote(error, bytes, quoted);
        return result;
    }

    /// <summary>Finds the quoted datagram with TCP, if its ports are quoted.</summary>
    private static DecodeResult FindQuote(ReadOnlySpan<byte> bytes, int at, in InternetHeader carrier, out InternetHeader quoted)
    {
        quoted = default;
        if (at >= bytes.Length || bytes[at] >> 4 != (carrier.IsV6 ? 6 : 4)) return DecodeResult.NotTcp;
        var result = InternetHeader.Read(bytes, at, carrier.End, out quoted);
        if (result == DecodeResult.Segment && quoted.Protocol != IPProtocols.Tcp)
            result = SegmentDecoder.FollowTunnels(bytes, ref quoted);

        // A fragment may hold a tunnel. The first one holds the ports.
        if (result is not (DecodeResult.Segment or DecodeResult.Fragment) || quoted.Protocol != IPProtocols.Tcp) return DecodeResult.NotTcp;
        var hasPorts = Math.Min(bytes.Length, quoted.End) >= quoted.PayloadAt + PortsLength;
        return hasPorts ? DecodeResult.IcmpError : DecodeResult.IcmpWithoutQuote;
    }

    private static IcmpError WithQuote(in IcmpError error, ReadOnlySpan<byte> bytes, in InternetHeader quoted)
    {
        var tcp = bytes[quoted.PayloadAt..Math.Min(bytes.Length, quoted.End)];
        return error with
        {
            HasQuote = true,
            Source = Address(bytes, quoted, 0, BinaryPrimitives.ReadUInt16BigEndian(tcp)),
            Destination = Address(bytes, quoted, 1, BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
            Seq = tcp.Length >= SeqAt + sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(tcp[SeqAt..]) : null,
            Flags = tcp.Length >= FlagsAt + sizeof(ushort)
                ? (TcpFlags)(BinaryPrimitives.ReadUInt16BigEndian(tcp[FlagsAt..]) & 0x1FF) : null,
            QuotedLength = LengthOf(bytes[quoted.At..], quoted.IsV6),
        };
    }

    private static int LengthOf(ReadOnlySpan<byte> ip, bool isV6)
    {
        if (!isV6) return BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        var payload = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        return payload == 0 ? 0 : IPv6HeaderLength + payload;
    }

    private static int Mtu(ReadOnlySpan<byte> message, bool isV6) => isV6
        ? (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(message[4..]))
        : BinaryPrimitives.ReadUInt16BigEndian(message[6..]);

    /// <summary>The source (0) or destination (1) address of a header.</summary>
    private static Endpoint Address(ReadOnlySpan<byte> bytes, in InternetHeader header, int index, ushort port)
    {
        var length = header.IsV6 ? 16 : 4;
        return Endpoint.FromBytes(bytes.Slice(header.AddressesAt + index * length, length), port);
    }
}
