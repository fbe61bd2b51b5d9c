using System.Buffers.Binary;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding.Tunnels;

/// <summary>An Ethernet frame after MPLS labels (RFC 4448), with or without a control word.</summary>
// Nothing on the wire identifies it: it is accepted only if an IP header with a correct length and checksum follows.
internal static class Pseudowire
{
    private const int ControlWordLength = 4;
    private const int EthernetLength = 14;
    private const int IPv4Length = 20;
    private const int IPv6Length = 40;

    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        var hasControlWord = (bytes[offset] >> 4) == 0;
        var isFound = (hasControlWord && IsEthernet(bytes, offset + ControlWordLength, out etherType, out var at))
            || IsEthernet(bytes, offset, out etherType, out at);
        if (isFound)
        {
            offset = at;
            return DecodeResult.Segment;
        }

        // 1: an associated channel (RFC 5586), which carries no traffic of users.
        etherType = OpaqueProtocols.Pseudowire;
        return bytes[offset] >> 4 == 1 ? DecodeResult.NotTcp : DecodeResult.Opaque;
    }

    private static bool IsEthernet(ReadOnlySpan<byte> bytes, int offset, out int etherType, out int at)
    {
        at = offset + EthernetLength;
        etherType = 0;
        if (bytes.Length < at) return false;
        etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at - 2)..]);
        while (etherType is EtherTypes.Vlan or EtherTypes.ProviderVlan && bytes.Length >= at + 4)
        {
            etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            at += 4;
        }

        if (at >= bytes.Length || etherType != EtherTypes.OfVersion(bytes[at])) return false;
        var rest = bytes[at..];
        return etherType == EtherTypes.IPv4
            ? rest.Length >= IPv4Length && (rest[0] & 0x0F) * 4 is var length && length >= IPv4Length && length <= rest.Length
                && InternetChecksum.Fold(InternetChecksum.Sum(rest[..length])) == 0xFFFF
            : etherType == EtherTypes.IPv6 && rest.Length >= IPv6Length
                && BinaryPrimitives.ReadUInt16BigEndian(rest[4..]) <= rest.Length - IPv6Length;
    }
}
