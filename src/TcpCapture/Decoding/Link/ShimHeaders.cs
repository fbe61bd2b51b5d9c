using System.Buffers.Binary;
using TcpCapture.Decoding.Tunnels;

namespace TcpCapture.Decoding.Link;

/// <summary>Walks the headers between a link layer and IP: tags, labels, sessions, links carried over links.</summary>
internal static class ShimHeaders
{
    private const int MaxHeaders = 32;
    private const int EthernetLength = 14;
    private const int VlanTagLength = 4;
    private const int MplsLabelLength = 4;
    private const int PppoeLength = 6;
    private const int BackboneServiceLength = 4;
    private const int VnTagLength = 6;
    private const int SequenceTagLength = 6;
    private const int ETagLength = 8;
    private const int FabricPathLength = 2;
    private const int NshMinLength = 8;
    private const int LlcLength = 3;
    private const int SnapLength = 5;

    /// <summary>Walks to the first IP header.</summary>
    /// <returns><see cref="DecodeResult.Segment"/> if an IP header is reached, otherwise the reason.</returns>
    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, ref int etherType, ref int offset)
    {
        for (var headers = 0; headers < MaxHeaders; headers++)
        {
            if (etherType is EtherTypes.IPv4 or EtherTypes.IPv6) return DecodeResult.Segment;
            var result = Step(bytes, ref etherType, ref offset);
            if (result != DecodeResult.Segment) return result;
        }

        return EtherTypes.Opaque(OpaqueProtocols.Nesting, out etherType);
    }

    /// <summary>The IEEE 802.2 extension: an organisation and its number for the payload.</summary>
    public static DecodeResult Snap(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int ethernet = 0, bridgeTunnel = 0x0000F8, ieee8021 = 0x0080C2, spanningTree = 14;
        etherType = 0;
        if (bytes.Length < offset + SnapLength) return DecodeResult.Malformed;
        var organisation = bytes[offset] << 16 | BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 1)..]);
        int type = BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 3)..]);
        offset += SnapLength;
        if (organisation is ethernet or bridgeTunnel) return EtherTypes.Found(type, out etherType);
        // A bridged Ethernet frame with (1) or without (7) its checksum, after two bytes of padding (RFC 2684).
        if (organisation == ieee8021 && type is (1 or 7)) return Skip(bytes, 2, ref offset, EtherTypes.EthernetFrame, out etherType);
        return IsControl(organisation) || (organisation == ieee8021 && type == spanningTree)
            ? DecodeResult.NotTcp
            : EtherTypes.Opaque(OpaqueProtocols.OfSnapOrganisation(organisation), out etherType);
    }

    /// <summary>True for organisations that send control protocols only: Nortel, Cisco, Apple, Extreme, Foundry.</summary>
    private static bool IsControl(int organisation) => organisation is 0x000081 or 0x00000C or 0x080007 or 0x00E02B or 0x00E052;

    private static DecodeResult Step(ReadOnlySpan<byte> bytes, ref int etherType, ref int offset) => etherType switch
    {
        EtherTypes.EthernetFrame => Tag(bytes, EthernetLength, ref offset, out etherType),
        EtherTypes.Vlan or EtherTypes.ProviderVlan or EtherTypes.OldProviderVlan => Tag(bytes, VlanTagLength, ref offset, out etherType),
        EtherTypes.VnTag => Tag(bytes, VnTagLength, ref offset, out etherType),
        EtherTypes.Hsr or EtherTypes.RedundancyTag => Tag(bytes, SequenceTagLength, ref offset, out etherType),
        EtherTypes.ETag => Tag(bytes, ETagLength, ref offset, out etherType),
        EtherTypes.CiscoMetaData => CiscoMetaData(bytes, ref offset, out etherType),
        EtherTypes.FabricPath => Skip(bytes, FabricPathLength, ref offset, EtherTypes.EthernetFrame, out etherType),
        EtherTypes.Trill => Trill(bytes, ref offset, out etherType),
        EtherTypes.Mpls or EtherTypes.MplsUpstream => Mpls(bytes, ref offset, out etherType),
        EtherTypes.PppoeSession => Skip(bytes, PppoeLength, ref offset, EtherTypes.Ppp, out etherType),
        EtherTypes.Ppp => SerialHeader.Ppp(bytes, ref offset, out etherType),
        EtherTypes.Llc or EtherTypes.JumboLlc => Llc(bytes, ref offset, out etherType),
        EtherTypes.BackboneService => Skip(bytes, BackboneServiceLength, ref offset, EtherTypes.EthernetFrame, out etherType),
        EtherTypes.MacSec => MacSec(bytes, ref offset, out etherType),
        EtherTypes.Nsh => Nsh(bytes, ref offset, out etherType),
        EtherTypes.Ieee80211 or EtherTypes.Ieee80211Padded or EtherTypes.Ieee80211Capwap =>
            WirelessFrame.Walk(bytes, ref etherType, ref offset),
        _ => EtherTypes.IsWithoutTcp(etherType) ? DecodeResult.NotTcp : DecodeResult.Opaque,
    };

    /// <summary>A header of a fixed length that always carries the same type.</summary>
    private static DecodeResult Skip(ReadOnlySpan<byte> bytes, int length, ref int offset, int payload, out int etherType)
    {
        offset += length;
        etherType = payload;
        return offset > bytes.Length ? DecodeResult.Malformed : DecodeResult.Segment;
    }

    /// <summary>A header that ends with the Ethernet type of its payload; a length there means IEEE 802.2.</summary>
    private static DecodeResult Tag(ReadOnlySpan<byte> bytes, int length, ref int offset, out int etherType)
    {
        etherType = 0;
        if (bytes.Length < offset + length) return DecodeResult.Malformed;
        offset += length;
        etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset - 2)..]);
        if (etherType < EtherTypes.MinValue) etherType = EtherTypes.Llc;
        return DecodeResult.Segment;
    }

    // Labels do not name their payload. As in routers, the IP version decides; a pseudowire begins with 0 (RFC 4928).
    private static DecodeResult Mpls(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        etherType = 0;
        bool isLast;
        do
        {
            if (bytes.Length <= offset + MplsLabelLength) return DecodeResult.Malformed;
            isLast = (bytes[offset + 2] & 1) != 0;
            offset += MplsLabelLength;
        }
        while (!isLast);
        etherType = EtherTypes.OfVersion(bytes[offset]);
        return etherType == 0 ? Pseudowire.Walk(bytes, ref offset, out etherType) : DecodeResult.Segment;
    }

    private static DecodeResult Llc(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const byte snap = 0xAA, ip = 0x06, unnumberedInformation = 0x03;
        etherType = 0;
        if (bytes.Length < offset + LlcLength) return DecodeResult.Malformed;
        var (destination, source, control) = (bytes[offset], bytes[offset + 1], bytes[offset + 2]);
        offset += LlcLength;
        if (control != unnumberedInformation || destination != source) return DecodeResult.NotTcp;
        if (destination == snap) return Snap(bytes, ref offset, out etherType);
        return EtherTypes.FoundIfAny(destination == ip ? EtherTypes.IPv4 : 0, out etherType);
    }

    // Without encryption, the frame and its type follow the tag in clear.
    private static DecodeResult MacSec(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int encryptedOrChanged = 0x0C, hasChannel = 0x20, shortTag = 6, longTag = 14;
        etherType = 0;
        if (offset >= bytes.Length) return DecodeResult.Malformed;
        if ((bytes[offset] & encryptedOrChanged) != 0) return EtherTypes.Opaque(OpaqueProtocols.EncryptedMacSec, out etherType);
        return Tag(bytes, ((bytes[offset] & hasChannel) != 0 ? longTag : shortTag) + 2, ref offset, out etherType);
    }

    private static DecodeResult Nsh(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        etherType = 0;
        if (bytes.Length < offset + NshMinLength) return DecodeResult.Malformed;
        var length = (bytes[offset + 1] & 0x3F) * 4;
        if (length < NshMinLength) return DecodeResult.Malformed;
        var next = bytes[offset + 3];
        offset += length;
        etherType = OfNextProtocol(next);
        return etherType == 0 ? EtherTypes.Opaque(OpaqueProtocols.Nsh, out etherType) : DecodeResult.Segment;
    }

    // Version, length of the options in words, options, Ethernet type. tshark takes one word for granted.
    private static DecodeResult CiscoMetaData(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int fixedLength = 4, wordLength = 4;
        etherType = 0;
        if (bytes.Length < offset + fixedLength) return DecodeResult.Malformed;
        return Tag(bytes, fixedLength + Math.Max((int)bytes[offset + 1], 1) * wordLength, ref offset, out etherType);
    }

    private static DecodeResult Trill(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int minLength = 6, wordLength = 4;
        etherType = 0;
        if (bytes.Length < offset + minLength) return DecodeResult.Malformed;
        var options = BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]) >> 6 & 0x1F;
        return Skip(bytes, minLength + options * wordLength, ref offset, EtherTypes.EthernetFrame, out etherType);
    }

    /// <summary>The Ethernet type for a next-protocol number of NSH or VXLAN-GPE; 0 if unknown.</summary>
    public static int OfNextProtocol(byte next) => next switch
    {
        1 => EtherTypes.IPv4,
        2 => EtherTypes.IPv6,
        3 => EtherTypes.EthernetFrame,
        4 => EtherTypes.Nsh,
        5 => EtherTypes.Mpls,
        _ => 0,
    };
}
