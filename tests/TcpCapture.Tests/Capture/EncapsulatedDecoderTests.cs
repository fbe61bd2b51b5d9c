using TcpCapture.Capture;
using TcpCapture.Model;
using static TcpCapture.Tests.Capture.FrameBuilder;

namespace TcpCapture.Tests.Capture;

public class EncapsulatedDecoderTests
{
    public static TheoryData<string, int, byte[]> Tunnels()
    {
        var inner4 = IPv4(Tcp(0x18, SynOptions, 7));
        var inner6 = IPv6(Tcp(0x18, SynOptions, 7));
        return new TheoryData<string, int, byte[]>
        {
            { "GRE", 1, Ethernet(IPv4(Gre(inner4), 47)) },
            { "GRE with IPv6 inside", 1, Ethernet(IPv4(Gre(inner6, 0x86DD), 47)) },
            { "VXLAN", 1, Ethernet(IPv4(Vxlan(Ethernet(inner4)), 17)) },
            { "IPIP", 1, Ethernet(IPv4(inner4, 4)) },
            { "IPIP behind a VLAN tag", 1, Ethernet(VlanTag(0x0800, IPv4(inner4, 4)), 0x8100) },
            { "6in4", 1, Ethernet(IPv4(inner6, 41)) },
            { "PPPoE", 1, Ethernet(Pppoe(inner4), 0x8864) },
            { "PPPoE with IPv6 inside", 1, Ethernet(Pppoe(inner6, 0x57), 0x8864) },
            { "IPIP on SLL", 113, Sll(IPv4(inner4, 4)) },
            { "IPIP on SLL2", 276, Sll2(IPv4(inner4, 4)) },
            { "IPIP on RAW", 101, IPv4(inner4, 4) },
            { "IPIP on big-endian NULL", 0, [0, 0, 0, 2, .. IPv4(inner4, 4)] },
            { "IPIP on LOOP", 108, [0, 0, 0, 2, .. IPv4(inner4, 4)] },
            { "IPIP on IPV4", 228, IPv4(inner4, 4) },
        };
    }

    [Theory]
    [MemberData(nameof(Tunnels))]
    public void ASegmentIsFoundInsideATunnel(string name, int linkType, byte[] bytes)
    {
        Assert.True(Decode(linkType, bytes, out var segment) == DecodeResult.Segment, name);
        Assert.Equal((1111, 2222), (segment.Source.Port, segment.Destination.Port));
        Assert.Equal((7, 1000u, TcpFlags.Psh | TcpFlags.Ack), (segment.Length, segment.Seq, segment.Flags));
        Assert.Equal((ushort)1460, segment.Options.Mss);
    }

    [Theory]
    [MemberData(nameof(SegmentDecoderTests.LinkLayers), MemberType = typeof(SegmentDecoderTests))]
    public void BothDecodersAgreeWhereBothCan(string name, int linkType, byte[] bytes)
    {
        Assert.Equal(DecodeResult.Segment, Decode(linkType, bytes, out var expected));

        var frame = new Frame(new Timestamp(42), linkType, bytes.Length, bytes);
        Assert.True(EncapsulatedDecoder.Decode(frame, 0, out var segment) == DecodeResult.Segment, name);
        Assert.Equal(expected, segment);
    }

    [Fact]
    public void ATunnelOfSomethingElseIsNotTcp() =>
        Assert.Equal(DecodeResult.NotTcp, Decode(1, Ethernet(IPv4(IPv4(Udp([1], 53), 17), 4)), out _));

    [Fact]
    public void ATunnelCutInItsHeaderIsMalformed() =>
        Assert.Equal(DecodeResult.Malformed, Decode(1, Ethernet(IPv4(Udp([8, 0], 4789), 17)), out _));

    [Fact]
    public void AFragmentInsideATunnelIsCalledOne() =>
        Assert.Equal(DecodeResult.Fragment, Decode(1, Ethernet(IPv4(IPv4(Tcp(), fragment: 0x2000), 4)), out _));

    [Fact]
    public void AFrameOfNothingButTunnelHeadersEnds()
    {
        var bytes = IPv4(Tcp());
        while (bytes.Length < 60_000) bytes = IPv4(bytes, 4);
        Assert.Equal(DecodeResult.NotTcp, Decode(101, bytes, out _));
    }

    [Fact]
    public void NoChangeOfBytesMakesTheDecoderThrow()
    {
        var random = new Random(20261123);
        var frames = Tunnels().Select(row => (row.Data.Item2, row.Data.Item3)).ToArray();
        var results = new int[5];
        for (var round = 0; round < 60_000; round++)
        {
            var (linkType, original) = frames[round % frames.Length];
            var bytes = original.AsSpan(0, random.Next(original.Length + 1)).ToArray();
            for (var i = random.Next(5); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            results[(int)Decode(linkType, bytes, out _, bytes.Length)]++;
        }

        Assert.All(results[..4], count => Assert.True(count > 0));
    }
}
