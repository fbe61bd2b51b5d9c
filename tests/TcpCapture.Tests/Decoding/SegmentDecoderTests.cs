using TcpCapture.Decoding;
using TcpCapture.Model;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Decoding;

public class SegmentDecoderTests
{
    public static TheoryData<string, int, byte[]> LinkLayers()
    {
        var v4 = IPv4(Tcp(payload: 5));
        var v6 = IPv6(Tcp(payload: 5));
        return new TheoryData<string, int, byte[]>
        {
            { "Ethernet", 1, Ethernet(v4) },
            { "Ethernet, IPv6", 1, Ethernet(v6, 0x86DD) },
            { "VLAN", 1, Ethernet(VlanTag(0x0800, v4), 0x8100) },
            { "QinQ", 1, Ethernet(VlanTag(0x8100, VlanTag(0x86DD, v6)), 0x88A8) },
            { "SLL", 113, Sll(v4) },
            { "SLL, VLAN", 113, Sll(VlanTag(0x0800, v4), 0x8100) },
            { "SLL2", 276, Sll2(v4) },
            { "SLL2, IPv6", 276, Sll2(v6, 0x86DD) },
            { "RAW", 101, v4 },
            { "RAW, IPv6", 101, v6 },
            { "DLT_RAW of Linux", 12, v4 },
            { "DLT_RAW of OpenBSD", 14, v6 },
            { "NULL, little-endian", 0, [2, 0, 0, 0, .. v4] },
            { "NULL, big-endian", 0, [0, 0, 0, 2, .. v4] },
            { "NULL, IPv6 of FreeBSD, little-endian", 0, [28, 0, 0, 0, .. v6] },
            { "NULL, IPv6 of macOS, big-endian", 0, [0, 0, 0, 30, .. v6] },
            { "LOOP", 108, [0, 0, 0, 2, .. v4] },
            { "LOOP, IPv6 of OpenBSD", 108, [0, 0, 0, 24, .. v6] },
            { "IPV4", 228, v4 },
            { "IPV6", 229, v6 },
        };
    }

    [Theory]
    [MemberData(nameof(LinkLayers))]
    public void ASegmentIsFoundUnderEveryLinkLayer(string name, int linkType, byte[] bytes)
    {
        Assert.Equal(DecodeResult.Segment, Decode(linkType, bytes, out var segment));

        Assert.Contains(segment.FourTuple.ToString(), new[]
        {
            "10.0.0.1:1111 → 10.0.0.2:2222", "[fd00::1]:1111 → [fd00::2]:2222",
        });
        Assert.Equal((5, 1000u, 2000u, 512, TcpFlags.Syn), (segment.Length, segment.Seq, segment.Ack, segment.Window, segment.Flags));
        Assert.Equal(42, segment.Time.Nanoseconds);
        Assert.NotEmpty(name);
    }

    [Fact]
    public void MplsLabelsAreWalkedToIP()
    {
        byte[] labels = [0, 1, 0, 64, 0, 2, 1, 64];
        Assert.Equal(DecodeResult.Segment, Decode(1, Ethernet([.. labels, .. IPv6(Tcp())], 0x8847), out var segment));
        Assert.Equal(1111, segment.Source.Port);
        Assert.Equal(DecodeResult.Malformed, Decode(1, Ethernet([0, 1, 0, 64, 0, 2, 0, 64], 0x8847), out _));
    }

    [Theory]
    [MemberData(nameof(LinkLayers))]
    public void AFrameTruncatedInItsHeadersIsMalformed(string name, int linkType, byte[] bytes)
    {
        for (var length = 0; length < bytes.Length - 5; length++)
        {
            var result = Decode(linkType, bytes[..length], out var segment, bytes.Length);
            Assert.True(result == DecodeResult.Malformed, $"{name} cut to {length}: {result}");
            Assert.Equal(default, segment);
        }
    }

    [Fact]
    public void ASegmentCutAfterItsHeaderKeepsTheLengthOfItsIPHeader()
    {
        var bytes = Ethernet(IPv4(Tcp(0x18, SynOptions, 1000)));

        Assert.Equal(DecodeResult.Segment, Decode(1, bytes[..(14 + 20 + 40)], out var segment, bytes.Length));
        Assert.Equal(1000, segment.Length);
    }

    [Fact]
    public void ASegmentCutInItsOptionsKeepsTheOptionsBefore()
    {
        var bytes = Ethernet(IPv4(Tcp(0x02, SynOptions)));

        Assert.Equal(DecodeResult.Segment, Decode(1, bytes[..(14 + 20 + 20 + 7)], out var segment, bytes.Length));
        Assert.Equal(new TcpOptions { Mss = 1460, SackPermitted = true, Malformed = true }, segment.Options);
        Assert.Equal((0, TcpFlags.Syn), (segment.Length, segment.Flags));
    }

    [Fact]
    public void AnOptionOfLengthZeroEndsTheListAndNotTheSegment()
    {
        Assert.Equal(DecodeResult.Segment, Decode(101, IPv4(Tcp(0x02, [2, 4, 5, 180, 8, 0, 3, 3], 9)), out var segment));
        Assert.Equal((9, new TcpOptions { Mss = 1460, Malformed = true }), (segment.Length, segment.Options));
    }

    [Theory]
    [InlineData(45, 5)]
    [InlineData(65535, 5)]
    [InlineData(44, 4)]
    public void AnIPLengthBeyondTheFrameIsLimitedToTheFrame(int totalLength, int expected)
    {
        Assert.Equal(DecodeResult.Segment, Decode(101, IPv4(Tcp(payload: 5), totalLength: totalLength), out var v4));
        Assert.Equal(DecodeResult.Segment, Decode(101, IPv6(Tcp(payload: 5), payloadLength: totalLength - 20), out var v6));
        Assert.Equal((expected, expected), (v4.Length, v6.Length));
    }

    [Fact]
    public void EthernetPaddingIsNotPayload()
    {
        byte[] bytes = [.. Ethernet(IPv4(Tcp(0x10))), .. new byte[6]];

        Assert.Equal(DecodeResult.Segment, Decode(1, bytes, out var segment));
        Assert.Equal(0, segment.Length);
    }

    [Fact]
    public void ASuperSegmentWithoutALengthHasTheLengthOfItsFrame()
    {
        var v4 = Ethernet(IPv4(Tcp(0x10), totalLength: 0));
        var v6 = Ethernet(IPv6(Tcp(0x10), payloadLength: 0), 0x86DD);

        Assert.Equal(DecodeResult.Segment, Decode(1, v4, out var segment4, v4.Length + 70_000));
        Assert.Equal(DecodeResult.Segment, Decode(1, v6, out var segment6, v6.Length + 70_000));
        Assert.Equal((70_000, 70_000), (segment4.Length, segment6.Length));
    }

    [Fact]
    public void AllOptionsOfASynAreRead()
    {
        Assert.Equal(DecodeResult.Segment, Decode(101, IPv4(Tcp(0x02, SynOptions)), out var segment));

        Assert.Equal(
            new TcpOptions { Mss = 1460, SackPermitted = true, HasTimestamps = true, TsVal = 7, TsEcr = 9, WindowScale = 7 },
            segment.Options);
    }

    [Fact]
    public void EveryFlagIsReadUpToAccurateEcn()
    {
        Assert.Equal(DecodeResult.Segment, Decode(101, IPv4(Tcp(0x1FF)), out var segment));
        Assert.Equal("FSRP.UEWe", segment.Flags.ToTcpdump());
    }

    [Fact]
    public void IPv4OptionsAndIPv6ExtensionHeadersAreWalked()
    {
        byte[] hopByHop = [0x3C, 0, 1, 4, 0, 0, 0, 0];
        byte[] destination = [0x2B, 1, .. new byte[14]];
        byte[] routing = [0x2C, 0, 0, 0, 0, 0, 0, 0];
        byte[] atomicFragment = [0x33, 0, 0, 0, 0, 0, 0, 1];
        byte[] authentication = [0x06, 4, .. new byte[22]];
        byte[] chain = [.. hopByHop, .. destination, .. routing, .. atomicFragment, .. authentication, .. Tcp(payload: 3)];

        Assert.Equal(DecodeResult.Segment, Decode(101, IPv4(Tcp(payload: 3), options: new byte[12]), out var segment4));
        Assert.Equal(DecodeResult.Segment, Decode(101, IPv6(chain, 0), out var segment6));
        Assert.Equal((3, 3), (segment4.Length, segment6.Length));
    }

    [Theory]
    [InlineData(0x2000, 6, "Fragment")]
    [InlineData(0x0010, 6, "Fragment")]
    [InlineData(0x2000, 17, "NotTcp")]
    [InlineData(0x4000, 6, "Segment")]
    [InlineData(0x8000, 6, "Segment")]
    public void AnIPv4FragmentIsAFragment(int flagsAndOffset, int protocol, string expected) =>
        Assert.Equal(expected, Decode(101, IPv4(Tcp(), protocol, fragment: flagsAndOffset), out _).ToString());

    [Theory]
    [InlineData(6, 0x0001, "Fragment")]
    [InlineData(6, 0x0008, "Fragment")]
    [InlineData(60, 0x0008, "Fragment")]
    [InlineData(17, 0x0008, "NotTcp")]
    [InlineData(6, 0x0006, "Segment")]
    public void AnIPv6FragmentIsAFragment(byte next, byte offsetAndMore, string expected) =>
        Assert.Equal(expected, Decode(101, IPv6([next, 0, 0, offsetAndMore, 0, 0, 0, 1, .. Tcp()], 44), out _).ToString());

    [Fact]
    public void HeadersThatContradictThemselvesAreMalformed()
    {
        byte[] shortHeader = IPv4(Tcp());
        shortHeader[0] = 0x44;
        byte[] longHeader = IPv4(Tcp());
        longHeader[0] = 0x4F;
        var wrongVersion = IPv4(Tcp());
        wrongVersion[0] = 0x55;
        byte[][] frames =
        [
            shortHeader, longHeader, wrongVersion,
            IPv4(Tcp(), totalLength: 19),
            IPv4(Tcp(), totalLength: 39),
            IPv4(Tcp(dataOffset: 4)),
            IPv4(Tcp(dataOffset: 6)),
            IPv4(Tcp(dataOffset: 15)),
            IPv6(Tcp(), payloadLength: 19),
            IPv6([6, 255, 0, 0, 0, 0, 0, 0, .. Tcp()], 0),
        ];

        foreach (var bytes in frames) Assert.Equal(DecodeResult.Malformed, Decode(101, bytes, out _));
    }

    [Fact]
    public void OtherTrafficIsNotTcp()
    {
        Assert.Equal(DecodeResult.NotTcp, Decode(101, IPv4(Udp([1, 2], 53), 17), out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(101, IPv6([], 59), out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(1, Ethernet(new byte[28], 0x0806), out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(1, Ethernet(new byte[38], 38), out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(0, [7, 0, 0, 0, .. IPv4(Tcp())], out _));
        Assert.Equal(DecodeResult.UnsupportedLinkType, Decode(147, IPv4(Tcp()), out _));
    }

    [Fact]
    public void DecodingAllocatesNothing()
    {
        byte[] bytes = Ethernet(VlanTag(0x86DD, IPv6(Tcp(0x02, SynOptions, 100))), 0x8100);
        Decode(1, bytes, out _);

        Allocation.AssertNoneIn(10_000, () => Decode(1, bytes, out _));
    }

    [Fact]
    public void ChangedBytesNeverMakeTheDecoderThrow()
    {
        var random = new Random(20261123);
        var frames = LinkLayers().Select(row => (row.Data.Item2, row.Data.Item3)).ToArray();
        var results = new int[Enum.GetValues<DecodeResult>().Length];
        for (var round = 0; round < 200_000; round++)
        {
            var (linkType, original) = frames[round % frames.Length];
            var bytes = original.AsSpan(0, random.Next(original.Length + 1)).ToArray();
            for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var result = Decode(linkType, bytes, out var segment, random.Next(2) == 0 ? bytes.Length : random.Next());
            results[(int)result]++;
            Assert.True(segment.Length >= 0);
        }

        Assert.All(results[..4], count => Assert.True(count > 0));
    }
}
