using System.Buffers.Binary;
using TcpCapture.Decoding.Link;
using TcpCapture.Live.Capture;
using TcpCapture.Model;
using TcpCapture.Tests;
using TcpCapture.Tests.Decoding;

namespace TcpCapture.Live.Tests.Capture;

public class DuplicateFrameFilterTests
{
    private const long Millisecond = 1_000_000;

    private readonly DuplicateFrameFilter _filter = new();

    [Fact]
    public void ASegmentOnASecondInterfaceIsADuplicate()
    {
        Assert.False(IsDuplicate(Segment(1), interfaceIndex: 2, time: 0));
        Assert.True(IsDuplicate(Segment(1), interfaceIndex: 3, time: Millisecond));
        Assert.True(IsDuplicate(Segment(1), interfaceIndex: 4, time: 2 * Millisecond));
    }

    [Fact]
    public void ARetransmissionIsNoDuplicate()
    {
        Assert.False(IsDuplicate(Segment(1), interfaceIndex: 2, time: 0));
        Assert.False(IsDuplicate(Segment(1), interfaceIndex: 2, time: Millisecond));
        Assert.False(IsDuplicate(Segment(2), interfaceIndex: 3, time: Millisecond));
        Assert.False(IsDuplicate(Segment(1), interfaceIndex: 3, time: 200 * Millisecond));
    }

    [Fact]
    public void ASegmentWithAnotherHeaderIsNoDuplicate()
    {
        Assert.False(IsDuplicate(Segment(1), interfaceIndex: 2, time: 0));
        Assert.False(IsDuplicate(FrameBuilder.IPv4(FrameBuilder.Tcp(flags: 0x10)), interfaceIndex: 3, time: 0));
        Assert.False(IsDuplicate(FrameBuilder.IPv4(FrameBuilder.Tcp(payload: 1)), interfaceIndex: 3, time: 0));
        Assert.False(IsDuplicate(FrameBuilder.IPv4(FrameBuilder.Tcp(options: FrameBuilder.SynOptions)), interfaceIndex: 3, time: 0));
    }

    [Fact]
    public void IPv6DuplicatesAreFoundWithoutAnIdentification()
    {
        Assert.False(IsDuplicate(FrameBuilder.IPv6(FrameBuilder.Tcp()), 2, 0, etherType: 0x86DD));
        Assert.True(IsDuplicate(FrameBuilder.IPv6(FrameBuilder.Tcp()), 3, 0, etherType: 0x86DD));
    }

    [Fact]
    public void AnIcmpErrorOnASecondInterfaceIsADuplicate()
    {
        Assert.False(IsDuplicate(Error(1, 3), interfaceIndex: 2, time: 0));
        Assert.True(IsDuplicate(Error(1, 3), interfaceIndex: 3, time: Millisecond));
        Assert.False(IsDuplicate(Error(1, 1), interfaceIndex: 3, time: Millisecond));
        Assert.False(IsDuplicate(Error(2, 3), interfaceIndex: 3, time: Millisecond));
    }

    [Fact]
    public void FramesWithoutASegmentAreKept()
    {
        for (var i = 2; i < 5; i++)
        {
            Assert.False(IsDuplicate(FrameBuilder.IPv4([1, 2, 3], protocol: 17), i, 0));
            Assert.False(IsDuplicate([], i, 0));
        }
    }

    [Fact]
    public void ACaptureOfOneInterfaceHasNoDuplicates()
    {
        var bytes = FrameBuilder.Ethernet(Segment(1));
        for (var i = 0; i < 2; i++) Assert.False(_filter.IsDuplicate(new Frame(new Timestamp(0), LinkTypes.Ethernet, bytes.Length, bytes)));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var bytes = Cooked(Segment(1), 2, 0x0800);
        Allocation.AssertNoneIn(1000, () => _filter.IsDuplicate(new Frame(new Timestamp(0), LinkTypes.LinuxSll2, bytes.Length, bytes)));
    }

    private static byte[] Segment(ushort identification)
    {
        var packet = FrameBuilder.IPv4(FrameBuilder.Tcp());
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), identification);
        return packet;
    }

    private static byte[] Error(ushort identification, byte code)
    {
        var packet = FrameBuilder.IPv4([3, code, 0, 0, 0, 0, 0, 0, .. Segment(9)], protocol: 1);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), identification);
        return packet;
    }

    private static byte[] Cooked(byte[] packet, int interfaceIndex, ushort etherType)
    {
        var header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, etherType);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), interfaceIndex);
        return [.. header, .. packet];
    }

    private bool IsDuplicate(byte[] packet, int interfaceIndex, long time, ushort etherType = 0x0800)
    {
        var bytes = Cooked(packet, interfaceIndex, etherType);
        return _filter.IsDuplicate(new Frame(new Timestamp(time), LinkTypes.LinuxSll2, bytes.Length, bytes));
    }
}
