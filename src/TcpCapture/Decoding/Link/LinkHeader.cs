using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Decoding.Link;

/// <summary>Walks the link-layer header, and the headers between it and IP, to the first IP header.</summary>
internal static class LinkHeader
{
    private const int EthernetLength = 14;
    private const int SllLength = 16;
    private const int Sll2Length = 20;
    private const int AddressFamilyLength = 4;

    /// <summary>Finds the first IP header: its type and offset.</summary>
    /// <returns><see cref="DecodeResult.Segment"/> if found, otherwise the reason.</returns>
    public static DecodeResult Walk(in Frame frame, out int etherType, out int offset)
    {
        var bytes = frame.Bytes;
        if (frame.LinkType == LinkTypes.Ethernet && bytes.Length >= EthernetLength)
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[(EthernetLength - 2)..]);
            offset = EthernetLength;
            if (etherType is EtherTypes.IPv4 or EtherTypes.IPv6) return DecodeResult.Segment;
        }

        var result = Begin(frame.LinkType, bytes, out etherType, out offset);
        return result == DecodeResult.Segment ? ShimHeaders.Walk(bytes, ref etherType, ref offset) : result;
    }

    private static DecodeResult Begin(int linkType, ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        (etherType, offset) = (0, 0);
        return linkType switch
        {
            LinkTypes.Ethernet => EtherTypes.Found(EtherTypes.EthernetFrame, out etherType),
            LinkTypes.LinuxSll => Cooked(bytes, SllLength - 2, SllLength, out etherType, out offset),
            LinkTypes.LinuxSll2 => Cooked(bytes, 0, Sll2Length, out etherType, out offset),
            LinkTypes.Raw or LinkTypes.RawDlt or LinkTypes.RawDltOpenBsd => Raw(bytes, out etherType),
            LinkTypes.Null or LinkTypes.Loop => AddressFamily(bytes, out etherType, out offset),
            LinkTypes.IPv4 => EtherTypes.Found(EtherTypes.IPv4, out etherType),
            LinkTypes.IPv6 => EtherTypes.Found(EtherTypes.IPv6, out etherType),
            LinkTypes.PppEther => EtherTypes.Found(EtherTypes.PppoeSession, out etherType),
            LinkTypes.AtmRfc1483 => EtherTypes.Found(EtherTypes.Llc, out etherType),
            LinkTypes.Ppp or LinkTypes.PppHdlc or LinkTypes.CiscoHdlc or LinkTypes.FrameRelay or LinkTypes.PppPppd
                or LinkTypes.PppWithDirection or LinkTypes.CiscoHdlcWithDirection or LinkTypes.FrameRelayWithDirection =>
                SerialHeader.Walk(linkType, bytes, out etherType, out offset),
            LinkTypes.Nflog => NflogHeader.Walk(bytes, out etherType, out offset),
            LinkTypes.Pktap => Pktap(bytes, out etherType, out offset),
            LinkTypes.ArcnetLinux => Arcnet(bytes, out etherType, out offset),
            LinkTypes.Ieee80211 or LinkTypes.Ieee80211Prism or LinkTypes.Ieee80211Radiotap or LinkTypes.Ieee80211Avs or LinkTypes.Ppi =>
                RadioHeader.Walk(linkType, bytes, out etherType, out offset),
            _ => DecodeResult.UnsupportedLinkType,
        };
    }

    private static DecodeResult Raw(ReadOnlySpan<byte> bytes, out int etherType)
    {
        etherType = bytes.IsEmpty ? 0 : EtherTypes.OfVersion(bytes[0]);
        return etherType == 0 ? DecodeResult.Malformed : DecodeResult.Segment;
    }

    // Linux writes small numbers for frames without an Ethernet type: 4 is IEEE 802.2.
    private static DecodeResult Cooked(ReadOnlySpan<byte> bytes, int typeAt, int headerLength, out int etherType, out int offset)
    {
        const int ieee8022 = 4;
        (etherType, offset) = (0, headerLength);
        if (bytes.Length < headerLength) return DecodeResult.Malformed;
        var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[typeAt..]);
        return EtherTypes.Found(type == ieee8022 ? EtherTypes.Llc : type, out etherType);
    }

    // macOS writes this header when it captures on all interfaces: its length and the link type of the frame.
    private static DecodeResult Pktap(ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        const int minLength = 12, linkTypeAt = 8;
        (etherType, offset) = (0, 0);
        if (bytes.Length < minLength) return DecodeResult.Malformed;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var linkType = BinaryPrimitives.ReadUInt32LittleEndian(bytes[linkTypeAt..]);
        if (length < minLength || length > bytes.Length || linkType == LinkTypes.Pktap) return DecodeResult.Malformed;
        var result = Begin((int)linkType, bytes[(int)length..], out etherType, out offset);
        offset += (int)length;
        return result;
    }

    // RFC 1201, after two bytes of memory offset. A datagram may be split over several frames.
    private static DecodeResult Arcnet(ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        const int headerLength = 8, protocolAt = 4, splitAt = 5, ip = 0xD4;
        (etherType, offset) = (EtherTypes.IPv4, headerLength);
        if (bytes.Length < headerLength) return DecodeResult.Malformed;
        if (bytes[protocolAt] != ip) return DecodeResult.NotTcp;
        return bytes[splitAt] == 0 ? DecodeResult.Segment : DecodeResult.Fragment;
    }

    // The byte order is the capturing machine's (NULL) or the network's (LOOP). Trying both is safe: no family number
    // read in the wrong order equals another family number.
    private static DecodeResult AddressFamily(ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        (etherType, offset) = (0, AddressFamilyLength);
        if (bytes.Length < AddressFamilyLength) return DecodeResult.Malformed;
        var (big, little) = (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        etherType = EtherTypeOf(big);
        if (etherType == 0) etherType = EtherTypeOf(little);
        if (etherType != 0) return DecodeResult.Segment;
        var family = Math.Min(big, little);
        return IsWithoutTcp(family)
            ? DecodeResult.NotTcp
            : EtherTypes.Opaque(OpaqueProtocols.OfAddressFamily((int)Math.Min(family, ushort.MaxValue)), out etherType);
    }

    // Some drivers write the Ethernet type instead.
    private static int EtherTypeOf(uint addressFamily) => addressFamily switch
    {
        2 => EtherTypes.IPv4,
        10 or 24 or 28 or 30 => EtherTypes.IPv6,
        >= EtherTypes.MinValue and <= ushort.MaxValue => (int)addressFamily,
        _ => 0,
    };

    /// <summary>True for the families of local sockets, XNS, ISO, DECnet, AppleTalk, routes, links and IPX.</summary>
    private static bool IsWithoutTcp(uint addressFamily) =>
        addressFamily is 1 or 5 or 6 or 7 or (>= 11 and <= 14) or 16 or 17 or 18 or 23;
}
