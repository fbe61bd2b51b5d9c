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
    private const int MaxHeaderLength = MinHeaderLength + FourthAddressLength + QosLength;

    /// <summary>Walks to the payload of a data frame, which begins with an IEEE 802.2 header.</summary>
    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, bool isPadded, ref int offset, out int etherType)
    {
        etherType = EtherTypes.Llc;
        if (bytes.Length < offset + MinHeaderLength) return IsData(bytes, offset) ? DecodeResult.Malformed : DecodeResult.NotTcp;
        if (!IsData(bytes, offset)) return DecodeResult.NotTcp;
        if (bytes.Length < offset + MaxHeaderLength) return DecodeResult.Malformed;

        // Only the header is passed to PacketDotNet, which throws if bytes are missing and would also parse the payload.
        var header = bytes.Slice(offset, MaxHeaderLength).ToArray();
        if (MacFrame.ParsePacket(new ByteArraySegment(header)) is not DataFrame frame) return DecodeResult.NotTcp;
        if (frame.FrameControl.Protected) return DecodeResult.NotTcp;
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
    private static bool IsData(ReadOnlySpan<byte> bytes, int offset)
    {
        const int versionAndType = 0x000F, data = 0x0008, hasNoData = 0x0040;
        if (bytes.Length < offset + 2) return true;
        var control = BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
        return (control & versionAndType) == data && (control & hasNoData) == 0;
    }
}
