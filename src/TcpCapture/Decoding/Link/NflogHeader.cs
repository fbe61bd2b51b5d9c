using System.Buffers.Binary;

namespace TcpCapture.Decoding.Link;

/// <summary>The header and attributes of Linux netfilter's log (LINKTYPE_NFLOG). One attribute is the datagram.</summary>
internal static class NflogHeader
{
    private const int HeaderLength = 4;
    private const int AttributeHeaderLength = 4;
    private const int Payload = 9;
    private const byte Arp = 3;

    /// <summary>Finds the datagram: its type and offset.</summary>
    // As in tshark, the last attribute with a payload counts.
    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        (etherType, offset) = (0, 0);
        if (bytes.Length < HeaderLength) return DecodeResult.Malformed;
        var isBigEndian = IsBigEndian(bytes);
        for (var at = HeaderLength; at + AttributeHeaderLength <= bytes.Length;)
        {
            var (length, type) = (Number(bytes[at..], isBigEndian), Number(bytes[(at + 2)..], isBigEndian) & 0x7FFF);
            if (length < AttributeHeaderLength) break;
            if (type == Payload) offset = at + AttributeHeaderLength;
            at += (length + 3) & ~3;
        }

        if (bytes[0] == Arp) return DecodeResult.NotTcp;
        if (offset == 0 || offset >= bytes.Length) return DecodeResult.Malformed;
        etherType = EtherTypes.OfVersion(bytes[offset]);
        return etherType == 0 ? DecodeResult.NotTcp : DecodeResult.Segment;
    }

    // The byte order is the capturing machine's: the first attribute's type is a small number.
    private static bool IsBigEndian(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderLength + AttributeHeaderLength && Number(bytes[(HeaderLength + 2)..], true) is > 0 and < 0x100;

    private static int Number(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
