using System.Buffers.Binary;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;
using TcpCapture.Tests.Decoding;

namespace TcpCapture.Tests.CaptureFiles.Parallel;

/// <summary>All segments of a connection are in one lane, with any sender and any headers; connections are in all lanes.</summary>
public sealed class LanesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BothDirectionsInAnyFrameAreInOneLane(bool isV6)
    {
        var lanes = new HashSet<int>();
        for (ushort port = 1000; port < 1100; port++)
        {
            var lane = LaneOf(Ethernet(Datagram(port, isV6, isReply: false), isV6));
            Assert.Equal(lane, LaneOf(Ethernet(Datagram(port, isV6, isReply: true), isV6)));
            Assert.Equal(lane, LaneOf(Vlan(Datagram(port, isV6, isReply: true), isV6)));
            lanes.Add(lane);
        }

        Assert.Equal(Enumerable.Range(0, Lanes.Count), lanes.Order());
    }

    [Fact]
    public void AFrameWithoutPortsHasALaneToo()
    {
        var frame = Ethernet(FrameBuilder.IPv4([1, 2, 3]), isV6: false);
        Assert.Equal(DecodeResult.Segment, SegmentDecoder.FindTcp(FrameOf(frame), out var header));
        Assert.InRange(Lanes.Of(frame, header), 0, Lanes.Count - 1);
    }

    /// <summary>By the fast path if the frame allows it, which must agree with the full one.</summary>
    private static int LaneOf(byte[] bytes)
    {
        Assert.Equal(DecodeResult.Segment, SegmentDecoder.FindTcp(FrameOf(bytes), out var header));
        var lane = Lanes.Of(bytes, header);
        if (SegmentDecoder.HasPlainIPv4Headers(bytes, LinkTypes.Ethernet)) Assert.Equal(lane, Lanes.OfPlainIPv4(bytes));
        return lane;
    }

    private static Frame FrameOf(byte[] bytes) => new(default, LinkTypes.Ethernet, bytes.Length, bytes);

    private static byte[] Datagram(ushort port, bool isV6, bool isReply)
    {
        var tcp = FrameBuilder.Tcp();
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(isReply ? 2 : 0), port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(isReply ? 0 : 2), 80);
        var datagram = isV6 ? FrameBuilder.IPv6(tcp) : FrameBuilder.IPv4(tcp);
        var (at, length) = isV6 ? (8, 16) : (12, 4);
        if (isReply) Swap(datagram.AsSpan(at, length), datagram.AsSpan(at + length, length));
        return datagram;
    }

    private static void Swap(Span<byte> one, Span<byte> other)
    {
        var kept = one.ToArray();
        other.CopyTo(one);
        kept.CopyTo(other);
    }

    private static byte[] Ethernet(byte[] datagram, bool isV6) => FrameBuilder.Ethernet(datagram, isV6 ? 0x86DD : 0x0800);
    private static byte[] Vlan(byte[] datagram, bool isV6) => FrameBuilder.Ethernet(FrameBuilder.VlanTag(isV6 ? 0x86DD : 0x0800, datagram), 0x8100);
}
