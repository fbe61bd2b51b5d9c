using System.Buffers.Binary;
using PacketDotNet.Ieee80211;
using PacketDotNet.Utils;

namespace TcpCapture.Decoding.Link;

/// <summary>
/// An IEEE 802.11 frame. PacketDotNet reads its header, of which it is given the bytes of that alone: it costs some
/// allocations a frame, and answers bytes that are missing with exceptions, which the checks before it keep away.
/// </summary>
internal static class WirelessFrame
{
    private const int LeastHeaderLength = 24;
    private const int FourthAddressLength = 6;
    private const int QosLength = 2;
    private const int HighThroughputLength = 4;
    private const int MostHeaderLength = LeastHeaderLength + FourthAddressLength + QosLength;

    /// <summary>Walks to what a data frame carries, which begins with an IEEE 802.2 header.</summary>
    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, bool isPadded, ref int offset, out int etherType)
    {
        etherType = EtherTypes.Llc;
        if (bytes.Length < offset + LeastHeaderLength) return IsData(bytes, offset) ? DecodeResult.Malformed : DecodeResult.NotTcp;
        if (!IsData(bytes, offset)) return DecodeResult.NotTcp;
        if (bytes.Length < offset + MostHeaderLength) return DecodeResult.Malformed;

        // No more than a header can have: what follows it is not PacketDotNet's to look at.
        var header = bytes.Slice(offset, MostHeaderLength).ToArray();
        if (MacFrame.ParsePacket(new ByteArraySegment(header)) is not DataFrame frame) return DecodeResult.NotTcp;
        if (frame.FrameControl.Protected) return DecodeResult.NotTcp;
        var length = frame.FrameSize;
        if (frame is QosDataFrame qos)
        {
            if (IsAggregate(qos)) return DecodeResult.Aggregate;
            if (frame.FrameControl.Order) length += HighThroughputLength;
        }

        offset += isPadded ? (length + 3) / 4 * 4 : length;
        return DecodeResult.Segment;
    }

    /// <summary>A data frame that has data: neither management, control, nor one of the "null" ones that only signal.</summary>
    private static bool IsData(ReadOnlySpan<byte> bytes, int offset)
    {
        const int versionAndType = 0x000F, data = 0x0008, hasNoData = 0x0040;
        if (bytes.Length < offset + 2) return true;
        var control = BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
        return (control & versionAndType) == data && (control & hasNoData) == 0;
    }

    private static bool IsAggregate(QosDataFrame frame) => (frame.QosControl & 0x80) != 0;
}
