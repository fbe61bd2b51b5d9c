using TcpCapture.Decoding;
using TcpCapture.Model;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Model;

public class SackBlocksTests
{
    private static readonly byte[] TwoBlocks =
        [1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xF0, 0, 0, 0, 3];

    [Fact]
    public void TheBlocksAreReadInTheOrderOfTheFrame()
    {
        var bytes = Ethernet(VlanTag(0x0800, IPv4(Tcp(0x10, TwoBlocks, 3), options: new byte[8])), 0x8100);
        var segment = Segment(1, bytes);
        var ranges = new SackRange[SackBlocks.Max];

        Assert.Equal(14 + 4 + 28, segment.HeaderAt);
        Assert.Equal(2, SackBlocks.Read(bytes, segment, ranges));
        Assert.Equal([new SackRange(1, 2), new SackRange(0xFFFFFFF0, 3)], ranges[..2]);
    }

    [Fact]
    public void AtMostTheAvailableRoomIsWritten()
    {
        var bytes = IPv4(Tcp(0x10, TwoBlocks));
        var ranges = new SackRange[1];

        Assert.Equal(1, SackBlocks.Read(bytes, Segment(101, bytes), ranges));
        Assert.Equal(new SackRange(1, 2), ranges[0]);
    }

    [Fact]
    public void TheLastOfTwoOptionsCountsAsInTheSegment()
    {
        var bytes = IPv4(Tcp(0x10, [5, 18, .. new byte[16], 5, 10, 0, 0, 0, 8, 0, 0, 0, 9]));
        var segment = Segment(101, bytes);
        var ranges = new SackRange[SackBlocks.Max];

        Assert.Equal(1, segment.Options.SackBlocks);
        Assert.Equal(1, SackBlocks.Read(bytes, segment, ranges));
        Assert.Equal(new SackRange(8, 9), ranges[0]);
    }

    [Fact]
    public void ASegmentWithoutAFrameHasNone()
    {
        var segment = new Segment { Options = new TcpOptions { SackBlocks = 3 } };

        Assert.Equal(0, SackBlocks.Read(IPv4(Tcp(0x10, TwoBlocks)), segment, new SackRange[SackBlocks.Max]));
    }

    [Fact]
    public void BytesOfAnotherFrameAreSafe()
    {
        var random = new Random(20261123);
        var original = IPv4(Tcp(0x10, TwoBlocks));
        var segment = Segment(101, original);
        var ranges = new SackRange[SackBlocks.Max];
        var found = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var bytes = original.AsSpan(0, random.Next(original.Length + 1)).ToArray();
            for (var i = random.Next(5); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var headerAt = random.Next(2) == 0 ? segment.HeaderAt : random.Next(-3, 100);
            var count = SackBlocks.Read(bytes, segment with { HeaderAt = headerAt }, ranges);
            Assert.InRange(count, 0, SackBlocks.Max);
            found += count;
        }

        Assert.True(found > 0, "No round came to a block: the test shows nothing.");
    }

    [Fact]
    public void TheHeaderOffsetIsNotPartOfEquality()
    {
        var one = Segment(101, IPv4(Tcp(0x10, TwoBlocks)));
        var other = Segment(1, Ethernet(IPv4(Tcp(0x10, TwoBlocks))));

        Assert.NotEqual(one.HeaderAt, other.HeaderAt);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Window = 1 });
    }

    private static Segment Segment(int linkType, byte[] bytes)
    {
        Assert.Equal(DecodeResult.Segment, Decode(linkType, bytes, out var segment));
        return segment;
    }
}
