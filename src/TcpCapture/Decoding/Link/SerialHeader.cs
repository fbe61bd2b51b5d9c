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

    /// <summary>Finds the payload of a serial-line frame and its type.</summary>
    public static DecodeResult Walk(int linkType, ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        (etherType, offset) = (EtherTypes.Ppp, 0);
        if (linkType == LinkTypes.FrameRelay) return FrameRelay(bytes, out etherType, out offset);
        // PPP_HDLC is PPP or Cisco HDLC: only PPP's first byte is the all-stations address.
        var isCisco = linkType == LinkTypes.CiscoHdlc || (linkType == LinkTypes.PppHdlc && bytes is [not AllStations, ..]);
        if (!isCisco) return DecodeResult.Segment;
        if (bytes.Length < CiscoHdlcLength) return DecodeResult.Malformed;
        etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        offset = CiscoHdlcLength;
        return etherType == Slarp ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

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

        var payload = protocol switch { 0x0021 => EtherTypes.IPv4, 0x0057 => EtherTypes.IPv6, 0x0281 or 0x0283 => EtherTypes.Mpls, _ => 0 };
        return EtherTypes.FoundIfAny(payload, out etherType);
    }

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
            NlpidSnap => ShimHeaders.Snap(bytes, ref offset, out etherType),
            _ => DecodeResult.NotTcp,
        };
    }
}
