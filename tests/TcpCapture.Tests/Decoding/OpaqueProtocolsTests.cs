using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Tests.Decoding.Link;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Decoding;

/// <summary>Frames that may hold TCP but are not decoded have a name. Those without TCP have none.</summary>
public sealed class OpaqueProtocolsTests
{
    public static TheoryData<string, int, byte[]> Opaque() => new()
    {
        { "IPComp", 1, Ethernet(IPv4([6, 0, 0, 2, .. new byte[30]], 108)) },
        { "IPComp", 101, IPv6([6, 0, 0, 2, .. new byte[30]], 108) },
        { "IPComp", 1, Ethernet(IPv4(IPv4([6, 0, 0, 2], 108), 4)) },
        { "ESP", 101, IPv4([0, 0, 1, 0, 0, 0, 0, 1, .. new byte[40]], 50) },
        { "ESP", 101, IPv6([50, 4, .. new byte[22], 0, 0, 1, 0, .. new byte[40]], 51) },
        { "ESP", 101, IPv4(Udp([0, 0, 1, 0, 0, 0, 0, 1, .. new byte[40]], 4500), 17) },
        { "L2TPv3", 101, IPv4([0, 0, 0, 7, .. new byte[40]], 115) },
        { "L2TPv3", 101, IPv4(Udp([0, 3, 0, 0, 0, 0, 0, 7, .. new byte[40]], 1701), 17) },
        { "WireGuard", 101, IPv4(Udp([4, 0, 0, 0, .. new byte[40]], 51820), 17) },
        { "unknown IP protocol 253", 101, IPv4(new byte[40], 253) },
        { "unknown EtherType 0x1234", 1, Ethernet(new byte[40], 0x1234) },
        { "unknown EtherType 0x1234", 1, Ethernet(VlanTag(0x1234, new byte[40]), 0x8100) },
        { "unknown EtherType 0x88b5", 113, Sll(new byte[40], 0x88B5) },
        { "unknown EtherType 0x1234", 101, IPv4(Gre(new byte[40], 0x1234), 47) },
        { "unknown SNAP organisation 0x123456", 1, Ethernet([0xAA, 0xAA, 3, 0x12, 0x34, 0x56, 0, 1, .. new byte[32]], 40) },
        { "unknown address family 99", 0, [99, 0, 0, 0, .. new byte[40]] },
        { "unknown PPP protocol 0x0051", 9, [0xFF, 3, 0, 0x51, .. new byte[40]] },
        { "encrypted PPP", 9, [0xFF, 3, 0, 0x53, .. new byte[40]] },
        { "compressed PPP", 1, Ethernet(Pppoe(new byte[40], 0xFD), 0x8864) },
        { "multilink PPP", 9, [0xFF, 3, 0, 0x3D, .. new byte[40]] },
        { "PPP bridging", 9, [0xFF, 3, 0, 0x31, 0, 3, .. new byte[40]] },
        { "encrypted MACsec", 1, Ethernet([0x0C, 0, 0, 0, 0, 1, .. new byte[40]], 0x88E5) },
        { "encrypted IEEE 802.11", 105, [.. WirelessFrames.Header(0x4108, 32), .. new byte[40]] },
        { "encrypted CAPWAP", 101, IPv4(Udp([1, 0, 0, 0, .. new byte[40]], 5247), 17) },
        { "CAPWAP of another radio", 101, IPv4(Udp([0, 0x10, 7, 0, .. new byte[40]], 5247), 17) },
        { "MPLS pseudowire", 1, Ethernet([0, 1, 1, 64, 0, 0, 0, 0, .. new byte[40]], 0x8847) },
        { "GRE of a later version", 101, IPv4([0, 2, 8, 0, .. new byte[40]], 47) },
        { "GTP-U without IP", 101, IPv4(Udp([0x30, 255, 0, 40, 0, 0, 0, 1, .. new byte[40]], 2152), 17) },
        { "NSH with an unknown payload", 1, Ethernet([0x0F, 0xC2, 2, 99, .. new byte[40]], 0x894F) },
        { "VXLAN-GPE with an unknown payload", 101, IPv4(Udp([0x0C, 0, 0, 99, 0, 0, 1, 0, .. new byte[40]], 4790), 17) },
        { "B.A.T.M.A.N.", 1, Ethernet(new byte[40], 0x4305) },
    };

    [Theory]
    [MemberData(nameof(Opaque))]
    public void AProtocolThatMayHoldTcpHasAName(string name, int linkType, byte[] bytes)
    {
        Assert.Equal(DecodeResult.Opaque, Decode(linkType, bytes, out var segment));
        Assert.Equal(default, segment);
        Assert.Equal(name, OpaqueProtocols.NameOf(SegmentDecoder.OpaqueCodeOf(new Frame(new Timestamp(1), linkType, bytes.Length, bytes))));
    }

    [Theory]
    [InlineData(0x0806)] // ARP
    [InlineData(0x88CC)] // LLDP
    [InlineData(0x888E)] // 802.1X
    [InlineData(0x8809)] // LACP
    [InlineData(0x9000)] // loopback test
    [InlineData(0x88F7)] // PTP
    [InlineData(0x8863)] // PPPoE discovery
    [InlineData(0x8137)] // IPX
    [InlineData(0x0026)] // the length of an 802.3 frame: spanning tree
    public void AnEthernetTypeWithoutTcpIsNotTcp(int etherType) =>
        Assert.Equal(DecodeResult.NotTcp, Decode(1, Ethernet([0x42, 0x42, 3, .. new byte[35]], etherType), out _));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(58)]
    [InlineData(59)]
    [InlineData(88)]
    [InlineData(89)]
    [InlineData(103)]
    [InlineData(112)]
    [InlineData(132)]
    public void AnIPProtocolWithoutTcpIsNotTcp(int protocol)
    {
        Assert.Equal(DecodeResult.NotTcp, Decode(101, IPv4(new byte[40], protocol), out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(101, IPv6(new byte[40], protocol), out _));
    }

    [Theory]
    [InlineData(0xC021)]
    [InlineData(0x8021)]
    [InlineData(0x002B)]
    public void APppProtocolWithoutTcpIsNotTcp(int protocol) =>
        Assert.Equal(DecodeResult.NotTcp, Decode(9, [0xFF, 3, (byte)(protocol >> 8), (byte)protocol, .. new byte[20]], out _));

    [Fact]
    public void CiscosDiscoveryAndSpanningTreeAreNotTcp()
    {
        Assert.Equal(DecodeResult.NotTcp, Decode(1, Ethernet([0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 0, .. new byte[32]], 40), out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(100, [0xAA, 0xAA, 3, 0, 0x80, 0xC2, 0, 14, .. new byte[32]], out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(104, [0x0F, 0, 0x20, 0, .. new byte[32]], out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(239, [3, 0, 0, 5, 8, 0, 9, 0, 0, 1, 8, 0], out _));
    }
}
