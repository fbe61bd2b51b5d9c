using System.Buffers.Binary;
using PacketDotNet.Ieee80211;
using PacketDotNet.Utils;

namespace TcpCapture.Decoding.Link;

/// <summary>Decodes IEEE 802.11 frames with PacketDotNet. This allocates per frame.</summary>
internal static class WirelessFrame
{
    private const int MinHeaderLength = 24;
    private const int FourthAddressLength = 6;
    private const int QosLength = 2;
    private const int HighThroughputLength = 4;
    private const int VersionAndType = 0x000F;
    private const int DataType = 0x0008;
    private const int MaxHeaderLength = MinHeaderLength + FourthAddressLength + QosLength;

    /// <summary>Walks to the payload of a data frame, which begins with an IEEE 802.2 header.</summary>
    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, ref int etherType, ref int offset)
    {
        var isPadded = etherType == EtherTypes.Ieee80211Padded;
        var isSwapped = etherType == EtherTypes.Ieee80211Capwap && IsSwapped(bytes, offset);
        etherType = EtherTypes.Llc;
        if (bytes.Length < offset + MinHeaderLength) return IsData(bytes, offset, isSwapped) ? DecodeResult.Malformed : DecodeResult.NotTcp;
        if (!IsData(bytes, offset, isSwapped)) return DecodeResult.NotTcp;
        if (bytes.Length < offset + MaxHeaderLength) return DecodeResult.Malformed;

        // Only the header is passed to PacketDotNet, which throws if bytes are missing and would also parse the payload.
        var header = bytes.Slice(offset, MaxHeaderLength).ToArray();
        if (isSwapped) (header[0], header[1]) = (header[1], header[0]);
        if (MacFrame.ParsePacket(new ByteArraySegment(header)) is not DataFrame frame) return DecodeResult.NotTcp;
        if (frame.FrameControl.Protected) return EtherTypes.Opaque(OpaqueProtocols.EncryptedWireless, out etherType);
        var length = frame.FrameSize;
        if (frame is QosDataFrame qos)
        {
            if ((qos.QosControl & 0x80) != 0) return DecodeResult.Aggregate;
            if (frame.FrameControl.Order) length += HighThroughputLength;
        }

        offset += isPadded ? (length + 3) / 4 * 4 : length;
        return DecodeResult.Segment;
    }

    /// <summary>True for a data frame with data: not management, not control, not a "null" frame.</summary>
    private static bool IsData(ReadOnlySpan<byte> bytes, int offset, bool isSwapped)
    {
        const int hasNoData = 0x0040;
        if (bytes.Length < offset + 2) return true;
        var control = isSwapped
            ? BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..])
            : BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
        return (control & VersionAndType) == DataType && (control & hasNoData) == 0;
    }

    // Cisco's access points swap the control field's bytes. Between an access point and a station, the flags are never 8.
    private static bool IsSwapped(ReadOnlySpan<byte> bytes, int offset) =>
        bytes.Length >= offset + 2 && (bytes[offset] & VersionAndType) != DataType && (bytes[offset + 1] & VersionAndType) == DataType;
}
