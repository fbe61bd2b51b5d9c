using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>Walks the link-layer header, VLAN tags and MPLS labels included, to the network header.</summary>
internal static class LinkHeader
{
    private const int EthernetLength = 14;
    private const int SllLength = 16;
    private const int Sll2Length = 20;
    private const int AddressFamilyLength = 4;
    private const int VlanTagLength = 4;
    private const int MplsLabelLength = 4;

    /// <summary>Finds what the frame carries and where.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="etherType">The Ethernet type of what it carries.</param>
    /// <param name="offset">Where that begins.</param>
    /// <returns><see cref="DecodeResult.Segment"/> if found, or what is wrong with it.</returns>
    public static DecodeResult Walk(in Frame frame, out int etherType, out int offset)
    {
        var bytes = frame.Bytes;
        (etherType, offset) = (0, 0);
        switch (frame.LinkType)
        {
            case LinkTypes.Ethernet:
                return EtherType(bytes, EthernetLength - 2, EthernetLength, out etherType, out offset);
            case LinkTypes.LinuxSll:
                return EtherType(bytes, SllLength - 2, SllLength, out etherType, out offset);
            case LinkTypes.LinuxSll2:
                return EtherType(bytes, 0, Sll2Length, out etherType, out offset);
            case LinkTypes.Raw or LinkTypes.RawDlt or LinkTypes.RawDltOpenBsd:
                if (bytes.IsEmpty) return DecodeResult.Malformed;
                etherType = EtherTypeOfVersion(bytes[0]);
                return etherType == 0 ? DecodeResult.Malformed : DecodeResult.Segment;
            case LinkTypes.Null or LinkTypes.Loop:
                return AddressFamily(frame.LinkType, bytes, out etherType, out offset);
            case LinkTypes.IPv4:
                etherType = EtherTypes.IPv4;
                return DecodeResult.Segment;
            case LinkTypes.IPv6:
                etherType = EtherTypes.IPv6;
                return DecodeResult.Segment;
            default:
                return DecodeResult.UnsupportedLinkType;
        }
    }

    private static DecodeResult EtherType(
        ReadOnlySpan<byte> bytes, int typeAt, int headerLength, out int etherType, out int offset)
    {
        (etherType, offset) = (0, headerLength);
        if (bytes.Length < headerLength) return DecodeResult.Malformed;
        etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[typeAt..]);
        while (etherType is EtherTypes.Vlan or EtherTypes.ProviderVlan or EtherTypes.OldProviderVlan)
        {
            if (bytes.Length < offset + VlanTagLength) return DecodeResult.Malformed;
            etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 2)..]);
            offset += VlanTagLength;
        }

        if (etherType is EtherTypes.Mpls or EtherTypes.MplsUpstream) return Mpls(bytes, out etherType, ref offset);
        return etherType < EtherTypes.Lowest ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

    // Labels do not say what they label. Behind the last one an IP version tells IP from anything else, as routers
    // tell it too; a pseudowire begins with 0 for that reason (RFC 4928).
    private static DecodeResult Mpls(ReadOnlySpan<byte> bytes, out int etherType, ref int offset)
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
        etherType = EtherTypeOfVersion(bytes[offset]);
        return etherType == 0 ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

    private static int EtherTypeOfVersion(byte first) =>
        (first >> 4) switch { 4 => EtherTypes.IPv4, 6 => EtherTypes.IPv6, _ => 0 };

    // NULL has the address family in the byte order of the machine that captured, LOOP in network order. IPv6 has a
    // number of its own in each BSD; none of them read in the wrong order is a number of another.
    private static DecodeResult AddressFamily(int linkType, ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        (etherType, offset) = (0, AddressFamilyLength);
        if (bytes.Length < AddressFamilyLength) return DecodeResult.Malformed;
        etherType = EtherTypeOf(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        if (etherType == 0 && linkType == LinkTypes.Null)
            etherType = EtherTypeOf(BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        return etherType == 0 ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

    private static int EtherTypeOf(uint addressFamily) => addressFamily switch
    {
        2 => EtherTypes.IPv4,
        10 or 24 or 28 or 30 => EtherTypes.IPv6,
        _ => 0,
    };
}
