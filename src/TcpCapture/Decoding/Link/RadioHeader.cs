using System.Buffers.Binary;

namespace TcpCapture.Decoding.Link;

/// <summary>Skips the header a driver put before an IEEE 802.11 frame: radiotap, Prism, AVS or PPI.</summary>
internal static class RadioHeader
{
    private const int PrismLength = 144;
    private const uint AvsMagic = 0x80211000;

    public static DecodeResult Walk(int linkType, ReadOnlySpan<byte> bytes, out int etherType, out int offset)
    {
        etherType = EtherTypes.Ieee80211;
        offset = linkType switch
        {
            LinkTypes.Ieee80211Radiotap => Radiotap(bytes, ref etherType),
            LinkTypes.Ieee80211Prism => Prism(bytes),
            LinkTypes.Ieee80211Avs => Avs(bytes),
            LinkTypes.Ppi => Ppi(bytes, ref etherType),
            _ => 0,
        };
        if (offset < 0 || offset > bytes.Length) return DecodeResult.Malformed;
        return etherType == 0 ? DecodeResult.UnsupportedLinkType : DecodeResult.Segment;
    }

    // A flag marks an 802.11 header that is padded to a multiple of 4 bytes.
    private static int Radiotap(ReadOnlySpan<byte> bytes, ref int etherType)
    {
        const int minLength = 8;
        const byte version = 0, isPadded = 0x20;
        if (bytes.Length < minLength || bytes[0] != version) return -1;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        if (length < minLength || length > bytes.Length) return -1;
        if ((Flags(bytes[..length]) & isPadded) != 0) etherType = EtherTypes.Ieee80211Padded;
        return length;
    }

    /// <summary>The Flags field, which follows the presence words and the optional clock; 0 if absent.</summary>
    private static byte Flags(ReadOnlySpan<byte> header)
    {
        const uint hasClock = 1, hasFlags = 2, hasMore = 1u << 31;
        var present = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var at = 8;
        for (var word = present; (word & hasMore) != 0; at += 4)
        {
            if (at + 4 > header.Length) return 0;
            word = BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);
        }

        if ((present & hasClock) != 0) at = (at + 7) / 8 * 8 + 8;
        return (present & hasFlags) != 0 && at < header.Length ? header[at] : (byte)0;
    }

    // Prism's header has the byte order of the capturing machine; later drivers wrote AVS under the same link type.
    private static int Prism(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return -1;
        if ((BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFFFFF000) == AvsMagic) return Avs(bytes);
        var little = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var big = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var length = Math.Min(little, big);
        return length is >= 24 and <= 4096 ? (int)length : PrismLength;
    }

    private static int Avs(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return -1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        return length is >= 8 and <= 4096 ? (int)length : -1;
    }

    private static int Ppi(ReadOnlySpan<byte> bytes, ref int etherType)
    {
        const int minLength = 8;
        if (bytes.Length < minLength) return -1;
        var linkType = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        etherType = linkType switch
        {
            LinkTypes.Ieee80211 => EtherTypes.Ieee80211,
            LinkTypes.Ethernet => EtherTypes.EthernetFrame,
            _ => 0,
        };
        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        return length < minLength ? -1 : length;
    }
}
