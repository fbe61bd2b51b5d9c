using System.Buffers.Binary;

namespace TcpCapture.Decoding.Link;

/// <summary>The headers of serial lines: PPP, Cisco HDLC, Frame Relay.</summary>
internal static class SerialHeader
{
    private const int CiscoHdlcLength = 4;
    private const int Slarp = 0x8035;
    private const byte AllStations = 0xFF;
    private const byte UnnumberedInformation = 0x03;
    private const byte NlpidSnap = 0x80;
    private const byte NlpidIPv4 = 0xCC;
    private const byte NlpidIPv6 = 0x8E;
    private const byte NlpidPpp = 0xCF;
    private const int BridgedFrame = 0x0031;

    /// <summary>Finds the payload of a serial-line frame and its type.</summary>
    public static DecodeResult Walk(int linkType, ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        (etherType, offset) = (EtherTypes.Ppp, 0);
        if (linkType is LinkTypes.PppWithDirection or LinkTypes.CiscoHdlcWithDirection or LinkTypes.FrameRelayWithDirection)
        {
            if (bytes.IsEmpty) return DecodeResult.Malformed;
            var result = Walk(WithoutDirection(linkType), bytes[1..], out etherType, out offset);
            offset++;
            return result;
        }

        // pppd writes the direction over the address.
        if (linkType == LinkTypes.PppPppd) offset = bytes is [_, UnnumberedInformation, ..] ? 2 : 0;
        if (linkType == LinkTypes.FrameRelay) return FrameRelay(bytes, out etherType, out offset);
        // PPP_HDLC is PPP or Cisco HDLC: only PPP's first byte is the all-stations address.
        var isCisco = linkType == LinkTypes.CiscoHdlc || (linkType == LinkTypes.PppHdlc && bytes is [not AllStations, ..]);
        if (!isCisco) return DecodeResult.Segment;
        if (bytes.Length < CiscoHdlcLength) return DecodeResult.Malformed;
        etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        offset = CiscoHdlcLength;
        return etherType == Slarp ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

    private static int WithoutDirection(int linkType) => linkType switch
    {
        LinkTypes.CiscoHdlcWithDirection => LinkTypes.CiscoHdlc,
        LinkTypes.FrameRelayWithDirection => LinkTypes.FrameRelay,
        _ => LinkTypes.PppHdlc,
    };

    /// <summary>Reads PPP's protocol field of 1 or 2 bytes; address and control may precede it.</summary>
    public static DecodeResult Ppp(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        etherType = 0;
        if (offset + 2 <= bytes.Length && bytes[offset] == AllStations && bytes[offset + 1] == UnnumberedInformation) offset += 2;
        if (offset >= bytes.Length) return DecodeResult.Malformed;
        int protocol = bytes[offset++];
        if ((protocol & 1) == 0)
        {
            if (offset >= bytes.Length) return DecodeResult.Malformed;
            protocol = protocol << 8 | bytes[offset++];
        }

        return protocol switch
        {
            0x0021 => EtherTypes.Found(EtherTypes.IPv4, out etherType),
            0x0057 => EtherTypes.Found(EtherTypes.IPv6, out etherType),
            0x0281 or 0x0283 => EtherTypes.Found(EtherTypes.Mpls, out etherType),
            BridgedFrame => Bridged(bytes, ref offset, out etherType),
            _ when IsWithoutTcp(protocol) => DecodeResult.NotTcp,
            _ => EtherTypes.Opaque(OpaqueProtocols.OfPpp(protocol), out etherType),
        };
    }

    // RFC 3518: flags, the kind of frame, and the number of the LAN if a flag says so.
    private static DecodeResult Bridged(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int headerLength = 2, lanLength = 4;
        const byte hasLan = 0x40, ethernet = 1;
        etherType = EtherTypes.EthernetFrame;
        if (bytes.Length < offset + headerLength) return DecodeResult.Malformed;
        if (bytes[offset + 1] != ethernet) return EtherTypes.Opaque(OpaqueProtocols.OfPpp(BridgedFrame), out etherType);
        offset += headerLength + ((bytes[offset] & hasLan) != 0 ? lanLength : 0);
        return DecodeResult.Segment;
    }

    /// <summary>True for link and network control, and for network protocols other than IP.</summary>
    private static bool IsWithoutTcp(int protocol) => protocol is >= 0x8000 or 0x0001 or 0x0023 or 0x0025 or 0x0027 or 0x0029 or 0x002B
        or 0x0035 or 0x003F or 0x0041 or 0x0043 or 0x0045 or 0x0047 or 0x0049 or 0x004B or 0x004D or 0x0201 or 0x0203 or 0x0205 or 0x0207
        or 0x0231 or (>= 0x4000 and <= 0x7FFF);

    // RFC 2427: an address whose last byte is odd, 0x03, optional padding, and a protocol identifier.
    private static DecodeResult FrameRelay(ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        const int maxAddressLength = 4;
        (etherType, offset) = (0, 0);
        while (offset < bytes.Length && (bytes[offset] & 1) == 0) offset++;
        offset++;
        if (offset + 2 > bytes.Length) return DecodeResult.Malformed;
        if (offset > maxAddressLength || bytes[offset] != UnnumberedInformation) return DecodeResult.NotTcp;
        if (bytes[++offset] == 0) offset++;
        if (offset >= bytes.Length) return DecodeResult.Malformed;
        return bytes[offset++] switch
        {
            NlpidIPv4 => EtherTypes.Found(EtherTypes.IPv4, out etherType),
            NlpidIPv6 => EtherTypes.Found(EtherTypes.IPv6, out etherType),
            NlpidPpp => EtherTypes.Found(EtherTypes.Ppp, out etherType),
            NlpidSnap => ShimHeaders.Snap(bytes, ref offset, out etherType),
            _ => DecodeResult.NotTcp,
        };
    }
}
