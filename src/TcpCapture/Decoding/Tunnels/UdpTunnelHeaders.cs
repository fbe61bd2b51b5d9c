using System.Buffers.Binary;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding.Tunnels;

/// <summary>The headers of tunnels over UDP. An unexpected header means no tunnel (not TCP); a truncated one is malformed.</summary>
internal static class UdpTunnelHeaders
{
    /// <summary>VXLAN (RFC 7348) and its generic protocol extension, which gives the type of the payload.</summary>
    public static DecodeResult Vxlan(ReadOnlySpan<byte> bytes, bool isGeneric, ref int offset, out int etherType)
    {
        const int length = 8;
        const byte hasNetwork = 0x08, hasProtocol = 0x04;
        etherType = EtherTypes.EthernetFrame;
        if (bytes.Length < offset + length) return DecodeResult.Malformed;
        var flags = bytes[offset];
        if ((flags & hasNetwork) == 0) return DecodeResult.NotTcp;
        if (isGeneric && (flags & hasProtocol) != 0) etherType = ShimHeaders.OfNextProtocol(bytes[offset + 3]);
        offset += length;
        return etherType == 0 ? EtherTypes.Opaque(OpaqueProtocols.VxlanGpe, out etherType) : DecodeResult.Segment;
    }

    /// <summary>CAPWAP data (RFC 5415): an IEEE 802.3 frame, or an IEEE 802.11 frame.</summary>
    public static DecodeResult Capwap(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int minLength = 8, wordLength = 4, ieee80211 = 1;
        const byte plain = 0, encrypted = 1;
        const uint isNative = 0x100, isFragment = 0x80, isKeepAlive = 0x08;
        etherType = 0;
        if (bytes.Length < offset + minLength) return DecodeResult.Malformed;
        var header = BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
        if (bytes[offset] == encrypted) return EtherTypes.Opaque(OpaqueProtocols.EncryptedCapwap, out etherType);
        if (bytes[offset] != plain || (header & isKeepAlive) != 0) return DecodeResult.NotTcp;
        var length = (int)(header >> 19 & 0x1F) * wordLength;
        if (length < minLength) return DecodeResult.Malformed;
        offset += length;
        if (offset > bytes.Length) return DecodeResult.Malformed;
        if ((header & isFragment) != 0) return DecodeResult.Fragment;
        etherType = (header & isNative) == 0 ? EtherTypes.EthernetFrame : EtherTypes.Ieee80211Capwap;
        return (header & isNative) == 0 || (header >> 9 & 0x1F) == ieee80211
            ? DecodeResult.Segment : EtherTypes.Opaque(OpaqueProtocols.Capwap, out etherType);
    }

    /// <summary>ESP in UDP (RFC 3948): a keep-alive has one byte, and a message of IKE begins with zeros.</summary>
    public static DecodeResult NatTraversal(ReadOnlySpan<byte> bytes, int offset, out int etherType)
    {
        const int minLength = 8;
        etherType = 0;
        return bytes.Length < offset + minLength || BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]) == 0
            ? DecodeResult.NotTcp : EtherTypes.Opaque(OpaqueProtocols.Esp, out etherType);
    }

    /// <summary>WireGuard, which is recognised by the type of its data messages.</summary>
    public static DecodeResult WireGuard(ReadOnlySpan<byte> bytes, int offset, out int etherType)
    {
        const uint data = 4;
        etherType = 0;
        return bytes.Length < offset + sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]) != data
            ? DecodeResult.NotTcp : EtherTypes.Opaque(OpaqueProtocols.WireGuard, out etherType);
    }

    /// <summary>Geneve (RFC 8926).</summary>
    public static DecodeResult Geneve(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int minLength = 8;
        etherType = 0;
        if (bytes.Length < offset + minLength) return DecodeResult.Malformed;
        if (bytes[offset] >> 6 != 0) return DecodeResult.NotTcp;
        etherType = BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 2)..]);
        offset += minLength + (bytes[offset] & 0x3F) * 4;
        return DecodeResult.Segment;
    }

    /// <summary>GTP-U (3GPP TS 29.281): user datagrams; path messages are not TCP.</summary>
    public static DecodeResult Gtp(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int minLength = 8, optionalLength = 4;
        const byte versionAndType = 0xF0, firstVersion = 0x30, userData = 255, hasOptional = 0x07, hasExtension = 0x04;
        etherType = 0;
        if (bytes.Length < offset + minLength) return DecodeResult.Malformed;
        var flags = bytes[offset];
        if ((flags & versionAndType) != firstVersion || bytes[offset + 1] != userData) return DecodeResult.NotTcp;
        offset += minLength;
        if ((flags & hasOptional) != 0)
        {
            offset += optionalLength;
            if (offset > bytes.Length) return DecodeResult.Malformed;

            // An extension starts with its length in units of 4 bytes (never 0) and ends with the type of the next one.
            var next = (flags & hasExtension) != 0 ? bytes[offset - 1] : 0;
            while (next != 0)
            {
                if (offset >= bytes.Length || bytes[offset] == 0) return DecodeResult.Malformed;
                offset += bytes[offset] * 4;
                if (offset > bytes.Length) return DecodeResult.Malformed;
                next = bytes[offset - 1];
            }
        }

        var result = Datagram(bytes, offset, out etherType);
        return result == DecodeResult.NotTcp ? EtherTypes.Opaque(OpaqueProtocols.Gtp, out etherType) : result;
    }

    /// <summary>Teredo (RFC 4380): IPv6 after optional authentication and origin.</summary>
    public static DecodeResult Teredo(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int indicatorLength = 4, originLength = 8, nonceAndConfirmationLength = 9;
        etherType = 0;
        if (bytes.Length < offset + indicatorLength) return DecodeResult.Malformed;
        if (bytes[offset] == 0 && bytes[offset + 1] == 1)
        {
            offset += indicatorLength + bytes[offset + 2] + bytes[offset + 3] + nonceAndConfirmationLength;
            if (bytes.Length < offset + 2) return DecodeResult.Malformed;
        }

        if (bytes[offset] == 0 && bytes[offset + 1] == 0) offset += originLength;
        var result = Datagram(bytes, offset, out etherType);
        return result == DecodeResult.Segment && etherType != EtherTypes.IPv6 ? DecodeResult.NotTcp : result;
    }

    /// <summary>True for Teredo between other ports: prefix, exact length and the port in a Teredo address must match.</summary>
    public static bool IsTeredoBetweenPeers(ReadOnlySpan<byte> udp)
    {
        const int udpLength = 8, ipv6Length = 40, sourceAt = 16, destinationAt = 32;
        return udp.Length >= udpLength + ipv6Length && udp[udpLength] >> 4 == 6
            && BinaryPrimitives.ReadUInt16BigEndian(udp[4..]) == udpLength + ipv6Length + BinaryPrimitives.ReadUInt16BigEndian(udp[12..])
            && (IsTeredoAddress(udp[sourceAt..], udp) || IsTeredoAddress(udp[destinationAt..], udp[2..]));
    }

    private static bool IsTeredoAddress(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port)
    {
        const uint prefix = 0x20010000;
        const int portAt = 10;
        return BinaryPrimitives.ReadUInt32BigEndian(address) == prefix
            && BinaryPrimitives.ReadUInt16BigEndian(address[portAt..]) == (ushort)~BinaryPrimitives.ReadUInt16BigEndian(port);
    }

    /// <summary>LISP data (RFC 9300).</summary>
    public static DecodeResult Lisp(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int length = 8;
        offset += length;
        return Datagram(bytes, offset, out etherType);
    }

    /// <summary>AYIYA: a header with the lengths of the identity and the signature, which follow it.</summary>
    public static DecodeResult Ayiya(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int minLength = 8;
        etherType = 0;
        if (bytes.Length < offset + minLength) return DecodeResult.Malformed;
        etherType = bytes[offset + 3] switch { IPProtocols.IPv4 => EtherTypes.IPv4, IPProtocols.IPv6 => EtherTypes.IPv6, _ => 0 };
        offset += minLength + (1 << (bytes[offset] >> 4)) + (bytes[offset + 1] >> 4) * 4;
        return etherType == 0 ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

    /// <summary>L2TP data (RFC 2661), which is PPP.</summary>
    public static DecodeResult L2tp(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        const int isControl = 0x8000, hasLength = 0x4000, hasSequence = 0x0800, hasOffset = 0x0200, versionMask = 0x000F;
        const int minLength = 6, lengthLength = 2, sequenceLength = 4, offsetLength = 2;
        etherType = EtherTypes.Ppp;
        if (bytes.Length < offset + minLength) return DecodeResult.Malformed;
        int flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);
        if ((flags & isControl) == 0 && (flags & versionMask) == 3) return EtherTypes.Opaque(OpaqueProtocols.L2tp3, out etherType);
        if ((flags & isControl) != 0 || (flags & versionMask) != 2) return DecodeResult.NotTcp;
        offset += minLength + ((flags & hasLength) != 0 ? lengthLength : 0) + ((flags & hasSequence) != 0 ? sequenceLength : 0);
        if ((flags & hasOffset) == 0) return DecodeResult.Segment;
        if (bytes.Length < offset + offsetLength) return DecodeResult.Malformed;
        offset += offsetLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);
        return DecodeResult.Segment;
    }

    private static DecodeResult Datagram(ReadOnlySpan<byte> bytes, int offset, out int etherType)
    {
        etherType = 0;
        return offset >= bytes.Length
            ? DecodeResult.Malformed
            : EtherTypes.FoundIfAny(EtherTypes.OfVersion(bytes[offset]), out etherType);
    }
}
