using System.Buffers.Binary;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding.Tunnels;

/// <summary>Generic routing encapsulation (RFC 1701, 2784, 2890), as PPTP uses it (RFC 2637), and what is mirrored in it.</summary>
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

    /// <summary>Walks over the header.</summary>
    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        etherType = 0;
        if (bytes.Length < offset + FixedLength) return DecodeResult.Malformed;
        int flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);
        int type = BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 2)..]);
        var version = flags & 7;
        if (version > 1) return DecodeResult.NotTcp;
        offset += FixedLength;
        if ((flags & (HasChecksum | HasRouting)) != 0) offset += FieldLength;
        if ((flags & HasKey) != 0) offset += FieldLength;
        if ((flags & HasSequence) != 0) offset += FieldLength;
        if (version == 1 && (flags & HasAcknowledgement) != 0) offset += FieldLength;
        if ((flags & HasRouting) != 0 && !SkipRoutes(bytes, ref offset)) return DecodeResult.Malformed;
        if (offset > bytes.Length) return DecodeResult.Malformed;

        // PPTP acknowledges with headers that have no sequence number and carry nothing.
        if (version == 1 && (flags & HasSequence) == 0) return DecodeResult.NotTcp;
        return Carried(bytes, type, (flags & HasSequence) != 0, ref offset, out etherType);
    }

    private static DecodeResult Carried(ReadOnlySpan<byte> bytes, int type, bool hasSequence, ref int offset, out int etherType)
    {
        const int erspan2Length = 8, erspan3Length = 12, platformLength = 8, wccpLength = 4;
        etherType = type;
        switch (type)
        {
            // Type I has neither a sequence number nor a header of its own.
            case EtherTypes.Erspan2:
                if (hasSequence) offset += erspan2Length;
                etherType = EtherTypes.EthernetFrame;
                return DecodeResult.Segment;
            case EtherTypes.Erspan3:
                if (bytes.Length < offset + erspan3Length) return DecodeResult.Malformed;
                offset += erspan3Length + ((bytes[offset + erspan3Length - 1] & 1) != 0 ? platformLength : 0);
                etherType = EtherTypes.EthernetFrame;
                return DecodeResult.Segment;

            // A redirected datagram, behind four bytes in WCCP's second version; those never begin with an IP version.
            case Wccp:
                if (offset >= bytes.Length) return DecodeResult.Malformed;
                if (EtherTypes.OfVersion(bytes[offset]) == 0) offset += wccpLength;
                etherType = EtherTypes.IPv4;
                return DecodeResult.Segment;

            // Aruba's access points send 802.11 frames; the number says which queue.
            case 0x9000:
            case var _ when (type & 0xFE0F) == 0x8200:
                etherType = EtherTypes.Ieee80211;
                return DecodeResult.Segment;
            default:
                return DecodeResult.Segment;
        }
    }

    /// <summary>The source routes of RFC 1701, each with its own length, until one without.</summary>
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
