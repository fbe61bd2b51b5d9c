using TcpCapture.Decoding;
using TcpCapture.Model;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Decoding.Tunnels;

public class TunnelTests
{
    public static TheoryData<string, int, byte[]> Frames()
    {
        var data = new TheoryData<string, int, byte[]>();
        foreach (var (name, linkType, bytes) in TunnelFrames.All) data.Add(name, linkType, bytes);
        return data;
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void TheSegmentIsFound(string name, int linkType, byte[] bytes)
    {
        Assert.True(Decode(linkType, bytes, out var segment) is var result && result == DecodeResult.Segment, $"{name}: {result}");
        Assert.Contains(segment.FourTuple.ToString(), new[]
        {
            "10.0.0.1:1111 → 10.0.0.2:2222", "[fd00::1]:1111 → [fd00::2]:2222",
        });
        Assert.Equal((7, 1000u, TcpFlags.Psh | TcpFlags.Ack), (segment.Length, segment.Seq, segment.Flags));
        Assert.Equal((ushort)1460, segment.Options.Mss);
        Assert.Equal(1111, bytes[segment.HeaderAt] << 8 | bytes[segment.HeaderAt + 1]);
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void ATruncatedFrameIsNeverAnotherSegment(string name, int linkType, byte[] bytes)
    {
        Assert.Equal(DecodeResult.Segment, Decode(linkType, bytes, out var whole));
        for (var length = 0; length < bytes.Length; length++)
        {
            var result = Decode(linkType, bytes[..length], out var segment, bytes.Length);
            if (length < whole.HeaderAt + 20) Assert.True(result != DecodeResult.Segment, $"{name} cut to {length}: {result}");
            else Assert.Equal((DecodeResult.Segment, whole.Seq, whole.Length), (result, segment.Seq, segment.Length));
        }
    }

    [Fact]
    public void ChangedBytesNeverMakeTheDecoderThrow()
    {
        var random = new Random(20261123);
        var frames = TunnelFrames.All.ToArray();
        var results = new int[Enum.GetValues<DecodeResult>().Length];
        for (var round = 0; round < 300_000; round++)
        {
            var (_, linkType, original) = frames[round % frames.Length];
            var bytes = original.AsSpan(0, random.Next(4) == 0 ? random.Next(original.Length + 1) : original.Length).ToArray();
            for (var i = random.Next(5); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(Math.Min(bytes.Length, 100))] = (byte)random.Next(256);
            var result = Decode(linkType, bytes, out var segment, random.Next(2) == 0 ? bytes.Length : random.Next());
            results[(int)result]++;
            Assert.True(segment.Length >= 0);
            if (result == DecodeResult.Segment) SegmentChecksum.Verify(bytes, segment);
        }

        Assert.All(new[] { DecodeResult.Segment, DecodeResult.NotTcp, DecodeResult.Malformed, DecodeResult.Fragment, DecodeResult.Aggregate, DecodeResult.Opaque },
            result => Assert.True(results[(int)result] > 0, result.ToString()));
    }

    [Fact]
    public void TunnelsAreFollowedWithoutAllocation()
    {
        var bytes = Ethernet(IPv4(Vxlan(Ethernet(IPv4(Gre(TunnelFrames.Inner4), 47))), 17));
        Decode(1, bytes, out _);

        Allocation.AssertNoneIn(10_000, () => Decode(1, bytes, out _));
    }

    [Fact]
    public void ATunnelWithoutTcpIsNotTcp()
    {
        byte[][] frames =
        [
            IPv4(IPv4(Udp([1], 53), 17), 4),
            IPv4(Gre([1, 2, 3, 4], 0x0806), 47),
            IPv4([0x20, 1, 0x88, 0x0B, 0, 0, 0, 1], 47), // PPTP's acknowledgement
            IPv4(Udp([0x32, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2152), 17), // GTP-U's echo
            IPv4(Udp([0xC8, 2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0], 1701), 17), // L2TP's control
            IPv4(Udp([0, 0, 0, 0, 0, 0, 1, 0, .. Ethernet(IPv4(Tcp()))], 4789), 17), // VXLAN without its flag
            IPv4(Udp([0x30, 1, 0, 0, 0, 0, 0, 1, .. IPv4(Tcp())], 1234), 17),
            IPv4([0x20, 1, 0x64, 0, 0, 0, 7, 0], 47), // EoIP's keep-alive
            IPv4(Udp([0, 0x10, 2, 8, 0, 0, 0, 0], 5247), 17), // CAPWAP's keep-alive
            IPv4(Udp([0xFF], 4500), 17), // IPsec's keep-alive
            IPv4(Udp([0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], 4500), 17), // IKE
            IPv4(Udp([1, 0, 0, 0, .. new byte[144]], 51820), 17), // WireGuard's handshake
            IPv4([0, 0, 0, 0, 0xC8, 3, 0, 20], 115), // L2TPv3's control
        ];

        foreach (var bytes in frames) Assert.Equal(DecodeResult.NotTcp, Decode(101, bytes, out _));
    }

    [Fact]
    public void AHeaderOfLengthZeroOrBeyondTheEndIsMalformed()
    {
        byte[][] frames =
        [
            IPv4(Udp([8, 0], 4789), 17),
            IPv4(Udp([0x3F, 0, 8, 0, 0, 0, 1, 0], 6081), 17),
            IPv4(Udp([0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 0, 0, 0, 0x85, .. IPv4(Tcp())], 2152), 17),
            IPv4(Udp([0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 255, 0, 0, 0, .. IPv4(Tcp())], 2152), 17),
            IPv4(Udp([0, 1, 255, 255, 0, 0], 3544), 17),
            IPv4([0x40, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0, 255, 1], 47),
            IPv4([0xF0, 0, 8, 0, 0, 0], 47),
            IPv4([0x20, 1, 0x64, 0, 0, 9], 47),
            IPv4(Gre([8, 0, 1, 1, 0, 1], 0x8909), 47),
            IPv4(Udp([0, 0x10, 2, 0, 0, 0], 5247), 17),
            IPv4(Udp([0, 0x08, 2, 0, 0, 0, 0, 0, .. Ethernet(IPv4(Tcp()))], 5247), 17),
            IPv4(Udp([0, 0xF8, 2, 0, 0, 0, 0, 0, .. Ethernet(IPv4(Tcp()))], 5247), 17),
        ];

        foreach (var bytes in frames) Assert.Equal(DecodeResult.Malformed, Decode(101, bytes, out _));
    }

    [Fact]
    public void TheInnerDatagramEndsWhereTheOuterDoes()
    {
        var inner = IPv4(Tcp(payload: 5), totalLength: 20 + 20 + 1000);

        Assert.Equal(DecodeResult.Segment, Decode(1, [.. Ethernet(IPv4(inner, 4)), .. new byte[30]], out var segment));
        Assert.Equal(5, segment.Length);
    }

    [Theory]
    [InlineData(4, 0x2000, "Fragment")]
    [InlineData(4, 0x0010, "Fragment")]
    [InlineData(47, 0x2000, "Fragment")]
    [InlineData(17, 0x2000, "Fragment")]
    [InlineData(17, 0x0010, "NotTcp")]
    [InlineData(50, 0x2000, "Fragment")]
    [InlineData(108, 0x0010, "Fragment")]
    [InlineData(1, 0x2000, "NotTcp")]
    public void AFragmentOfATunnelIsAFragment(int protocol, int fragment, string expected) =>
        Assert.Equal(expected, Decode(101, IPv4(Vxlan(Ethernet(IPv4(Tcp()))), protocol, fragment: fragment), out _).ToString());

    [Fact]
    public void AFragmentOfCapwapIsAFragment() =>
        Assert.Equal(DecodeResult.Fragment, Decode(101, IPv4(Udp([0, 0x10, 2, 0x80, 0, 1, 0, 0, .. Ethernet(IPv4(Tcp()))], 5247), 17), out _));

    [Fact]
    public void AFragmentInsideATunnelIsAFragment() =>
        Assert.Equal(DecodeResult.Fragment, Decode(1, Ethernet(IPv4(IPv4(Tcp(), fragment: 0x2000), 4)), out _));

    [Fact]
    public void ASegmentQuotedInAnIcmpErrorIsNoSegment() =>
        Assert.Equal(DecodeResult.IcmpError, Decode(101, IPv4([3, 1, 0, 0, 0, 0, 0, 0, .. IPv4(Tcp())], 1), out _));

    [Fact]
    public void AFrameOfHeadersOnlyIsDecodedInBoundedTime()
    {
        var datagrams = IPv4(Tcp());
        while (datagrams.Length < 60_000) datagrams = IPv4(datagrams, 4);
        var tags = IPv4(Tcp());
        while (tags.Length < 60_000) tags = VlanTag(0x8100, tags);

        Assert.Equal(DecodeResult.Opaque, Decode(101, datagrams, out _));
        Assert.Equal(DecodeResult.Opaque, Decode(1, Ethernet(tags, 0x8100), out _));
    }

    [Fact]
    public void TeredoBetweenPeersIsRecognisedByThePortInAnAddress()
    {
        var inner = IPv6(Tcp(payload: 3));
        byte[] client = [0x20, 1, 0, 0, 65, 55, 158, 80, 0x80, 0, 0xCF, 0xC6, 1, 2, 3, 4]; // 0x3039 is Udp's source port
        client.CopyTo(inner, 8);

        Assert.Equal(DecodeResult.Segment, Decode(101, IPv4(Udp(inner, 32900), 17), out var segment));
        Assert.Equal((3, "2001:0:4137:9e50:8000:cfc6:102:304"), (segment.Length, segment.Source.ToIPAddress().ToString()));
        inner[19]++;
        Assert.Equal(DecodeResult.NotTcp, Decode(101, IPv4(Udp(inner, 32900), 17), out _));
        inner[19]--;
        inner[5]--;
        Assert.Equal(DecodeResult.NotTcp, Decode(101, IPv4(Udp(inner, 32900), 17), out _));
    }

    [Fact]
    public void APseudowireNeedsAValidIPHeader()
    {
        byte[] labels = [0, 1, 1, 64];
        var wrong = WithChecksum(IPv4(Tcp()));
        wrong[8]++;

        Assert.Equal(DecodeResult.Opaque, Decode(1, Ethernet([.. labels, 0, 0, 0, 0, .. Ethernet(wrong)], 0x8847), out _));
        Assert.Equal(DecodeResult.Opaque, Decode(1, Ethernet([.. labels, 0, 0, 0, 0, .. new byte[60]], 0x8847), out _));
        Assert.Equal(DecodeResult.NotTcp, Decode(1, Ethernet([.. labels, 0x10, 0, 0, 7, .. new byte[60]], 0x8847), out _));
    }
}
