using System.Buffers.Binary;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding.Tunnels;

/// <summary>Generic routing encapsulation (RFC 1701, 2784, 2890), also as in PPTP (RFC 2637) and ERSPAN.</summary>
internal static class GreHeader
{
    private const int FixedLength = 4;
    private const int FieldLength = 4;
    private const int HasChecksum = 0x8000;
    private const int HasRouting = 0x4000;
    private const int HasKey = 0x2000;
    private const int HasSequence = 0x1000;
    private const int HasAcknowledgement = 0x0080;
    private const int Wccp = 0x883E;

    /// <summary>MikroTik's tunnel: a key of the payload's length and the tunnel's number.</summary>
    private const int EtherOverIP = 0x6400;
    private const int EtherOverIPFlags = 0x2001;

    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        etherType = 0;
        if (bytes.Length < offset + FixedLength) return DecodeResult.Malformed;
        int flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);
        int type = BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 2)..]);
        if (type == EtherOverIP && flags == EtherOverIPFlags) return EthernetOverIP(bytes, ref offset, out etherType);
        var version = flags & 7;
        if (version > 1) return EtherTypes.Opaque(OpaqueProtocols.LaterGre, out etherType);
        offset += FixedLength;
        if ((flags & (HasChecksum | HasRouting)) != 0) offset += FieldLength;
        if ((flags & HasKey) != 0) offset += FieldLength;
        if ((flags & HasSequence) != 0) offset += FieldLength;
        if (version == 1 && (flags & HasAcknowledgement) != 0) offset += FieldLength;
        if ((flags & HasRouting) != 0 && !SkipRoutes(bytes, ref offset)) return DecodeResult.Malformed;
        if (offset > bytes.Length) return DecodeResult.Malformed;

        // A PPTP acknowledgement has no sequence number and no payload.
        if (version == 1 && (flags & HasSequence) == 0) return DecodeResult.NotTcp;
        return Carried(bytes, type, (flags & HasSequence) != 0, ref offset, out etherType);
    }

    private static DecodeResult Carried(ReadOnlySpan<byte> bytes, int type, bool hasSequence, ref int offset, out int etherType)
    {
        const int erspan2Length = 8, erspan3Length = 12, platformLength = 8, wccpLength = 4, metaDataLength = 8;
        etherType = 0;
        switch (type)
        {
            // ERSPAN type I has neither a sequence number nor a header.
            case EtherTypes.Erspan2:
                if (hasSequence) offset += erspan2Length;
                return EtherTypes.Found(EtherTypes.EthernetFrame, out etherType);
            case EtherTypes.Erspan3:
                if (bytes.Length < offset + erspan3Length) return DecodeResult.Malformed;
                offset += erspan3Length + ((bytes[offset + erspan3Length - 1] & 1) != 0 ? platformLength : 0);
                return EtherTypes.Found(EtherTypes.EthernetFrame, out etherType);
            // WCCP version 2 has a 4-byte header, which never begins with an IP version.
            case Wccp:
                if (offset >= bytes.Length) return DecodeResult.Malformed;
                if (EtherTypes.OfVersion(bytes[offset]) == 0) offset += wccpLength;
                return EtherTypes.Found(EtherTypes.IPv4, out etherType);
            // Not as in an Ethernet frame: the type comes first.
            case EtherTypes.CiscoMetaData:
                if (bytes.Length < offset + metaDataLength) return DecodeResult.Malformed;
                offset += metaDataLength;
                return EtherTypes.Found(BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset - metaDataLength)..]), out etherType);
            default:
                // Aruba access points send 802.11 frames; the number selects a queue.
                var isWireless = type == 0x9000 || (type & 0xFE0F) == 0x8200;
                return EtherTypes.Found(isWireless ? EtherTypes.Ieee80211 : type, out etherType);
        }
    }

    // A length of 0 is a keep-alive.
    private static DecodeResult EthernetOverIP(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        etherType = EtherTypes.EthernetFrame;
        var lengthAt = offset + FixedLength;
        offset = lengthAt + FieldLength;
        if (bytes.Length < offset) return DecodeResult.Malformed;
        return BinaryPrimitives.ReadUInt16BigEndian(bytes[lengthAt..]) == 0 ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

    /// <summary>Skips the source routes of RFC 1701; a route of length 0 is the last.</summary>
    private static bool SkipRoutes(ReadOnlySpan<byte> bytes, ref int offset)
    {
        while (bytes.Length >= offset + FieldLength)
        {
            int length = bytes[offset + 3];
            offset += FieldLength + length;
            if (length == 0) return true;
        }

        return false;
    }
}
