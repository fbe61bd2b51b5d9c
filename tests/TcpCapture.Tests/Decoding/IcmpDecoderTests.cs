using System.Buffers.Binary;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Decoding;

/// <summary>ICMP errors that quote a segment: their meaning, what they quote, and what is no error about TCP.</summary>
public sealed class IcmpDecoderTests
{
    [Theory]
    [InlineData(3, 0, 0, "network unreachable (ICMP 3/0)")]
    [InlineData(3, 1, 0, "host unreachable (ICMP 3/1)")]
    [InlineData(3, 3, 0, "port unreachable (ICMP 3/3)")]
    [InlineData(3, 4, 1400, "fragmentation needed, MTU 1400 (ICMP 3/4)")]
    [InlineData(3, 4, 0, "fragmentation needed (ICMP 3/4)")]
    [InlineData(3, 9, 0, "network administratively prohibited (ICMP 3/9)")]
    [InlineData(3, 10, 0, "host administratively prohibited (ICMP 3/10)")]
    [InlineData(3, 13, 0, "communication administratively prohibited (ICMP 3/13)")]
    [InlineData(3, 200, 0, "destination unreachable (ICMP 3/200)")]
    [InlineData(4, 0, 0, "source quench (ICMP 4/0)")]
    [InlineData(11, 0, 0, "time exceeded in transit (ICMP 11/0)")]
    [InlineData(11, 1, 0, "fragment reassembly time exceeded (ICMP 11/1)")]
    [InlineData(12, 0, 0, "parameter problem (ICMP 12/0)")]
    public void TypesOfIPv4HaveTheirMeaning(byte type, byte code, int mtu, string expected)
    {
        var error = Read(101, IPv4(Icmp(type, code, IPv4(Tcp()), mtu), 1));
        Assert.Equal((expected, mtu, false), (error.ToString(), error.Mtu, error.IsV6));
        Assert.Equal("10.0.0.1:0 10.0.0.2:0", $"{error.Sender} {error.Recipient}");
        AssertQuotes(error);
    }

    [Theory]
    [InlineData(1, 0, 0, "no route to the destination (ICMPv6 1/0)")]
    [InlineData(1, 1, 0, "communication administratively prohibited (ICMPv6 1/1)")]
    [InlineData(1, 3, 0, "address unreachable (ICMPv6 1/3)")]
    [InlineData(1, 4, 0, "port unreachable (ICMPv6 1/4)")]
    [InlineData(2, 0, 1280, "packet too big, MTU 1280 (ICMPv6 2/0)")]
    [InlineData(3, 0, 0, "time exceeded in transit (ICMPv6 3/0)")]
    [InlineData(4, 1, 0, "unrecognized next header (ICMPv6 4/1)")]
    public void TypesOfIPv6HaveTheirMeaning(byte type, byte code, int mtu, string expected)
    {
        var error = Read(101, IPv6(Icmp(type, code, IPv6(Tcp()), mtu), 58));
        Assert.Equal((expected, mtu, true, 60), (error.ToString(), error.Mtu, error.IsV6, error.QuotedLength));
        Assert.Equal("[fd00::1]:1111 [fd00::2]:2222 1000", $"{error.Source} {error.Destination} {error.Seq}");
    }

    [Fact]
    public void AnErrorIsFoundInsideATunnelAndWithPadding()
    {
        var message = IPv4(Icmp(3, 3, IPv4(Tcp())), 1);
        AssertQuotes(Read(1, Ethernet(IPv4(Vxlan(Ethernet(message)), 17))));
        AssertQuotes(Read(1, Ethernet(IPv4(Gre(message), 47))));
        AssertQuotes(Read(1, Ethernet(VlanTag(0x0800, message), 0x8100)));
        AssertQuotes(Read(276, Sll2(message)));
        AssertQuotes(Read(1, [.. Ethernet(message), .. new byte[20]]));
    }

    [Fact]
    public void OptionsExtensionHeadersAndTunnelsInAQuoteAreFollowed()
    {
        AssertQuotes(Read(101, IPv4(Icmp(3, 1, IPv4(Tcp(), options: new byte[8])), 1)));
        AssertQuotes(Read(101, IPv4(Icmp(3, 1, IPv4(Vxlan(Ethernet(IPv4(Tcp()))), 17)), 1, options: new byte[4])));
        byte[] hopByHop = [6, 0, 1, 4, 0, 0, 0, 0, .. Tcp()];
        byte[] outer = [58, 0, 1, 4, 0, 0, 0, 0, .. Icmp(1, 4, IPv6(hopByHop, 0))];
        Assert.Equal("[fd00::1]:1111 [fd00::2]:2222 1000", Quote(Read(101, IPv6(outer, 0))));
    }

    [Fact]
    public void EightBytesOfTheSegmentAreEnough()
    {
        var error = Read(101, IPv4(Icmp(3, 3, IPv4(Tcp(payload: 1460), totalLength: 1500)[..28]), 1));
        Assert.Equal((1000u, null, 1500), (error.Seq, error.Flags, error.QuotedLength));
        Assert.Equal(TcpFlags.Syn, Read(101, IPv4(Icmp(3, 3, IPv4(Tcp(2))), 1)).Flags);
        Assert.Equal("10.0.0.1:1111 10.0.0.2:2222 ", Quote(Read(101, IPv4(Icmp(3, 3, IPv4(Tcp())[..27]), 1))));
        Assert.Equal("10.0.0.1:1111 10.0.0.2:2222 ", Quote(Read(101, IPv4(Icmp(3, 3, IPv4(Tcp())[..24]), 1))));
    }

    [Fact]
    public void AQuoteWithoutPortsQuotesNothing()
    {
        AssertWithoutQuote(IPv4(Icmp(3, 3, IPv4(Tcp())[..23]), 1));
        AssertWithoutQuote(IPv4(Icmp(3, 3, IPv4(Tcp())[..20]), 1));
        AssertWithoutQuote(IPv4(Icmp(11, 1, IPv4(Tcp(), fragment: 0x2010)), 1));
        AssertWithoutQuote(IPv6(Icmp(3, 1, IPv6([6, 0, 0, 0x11, 0, 0, 0, 9, .. Tcp()], 44)), 58));
        AssertWithoutQuote(IPv4(Icmp(3, 3, [.. IPv4(Tcp(), totalLength: 22), 1, 2, 3, 4]), 1)); // the rest is an extension (RFC 4884)
        AssertWithoutQuote([.. IPv4(Icmp(3, 3, IPv4(Tcp())[..20]), 1), .. new byte[20]]); // padding is no quote
    }

    [Fact]
    public void TheFirstFragmentQuotesItsPorts()
    {
        AssertQuotes(Read(101, IPv4(Icmp(11, 1, IPv4(Tcp(), fragment: 0x2000)), 1)));
        Assert.Equal("[fd00::1]:1111 [fd00::2]:2222 1000", Quote(Read(101, IPv6(Icmp(3, 1, IPv6([6, 0, 0, 1, 0, 0, 0, 9, .. Tcp()], 44)), 58))));
    }

    [Fact]
    public void OtherMessagesAreNoErrorsAboutTcp()
    {
        byte[][] frames =
        [
            IPv4(Icmp(8, 0, IPv4(Tcp())), 1), IPv4(Icmp(0, 0, IPv4(Tcp())), 1), IPv4(Icmp(5, 1, IPv4(Tcp())), 1),
            IPv6(Icmp(128, 0, IPv6(Tcp())), 58), IPv6(Icmp(135, 0, IPv6(Tcp())), 58),
            IPv4(Icmp(3, 3, IPv4(Udp([1, 2], 53), 17)), 1), IPv4(Icmp(3, 3, IPv4(Icmp(3, 3, IPv4(Tcp())), 1)), 1),
            IPv4(Icmp(1, 4, IPv6(Tcp())), 58), IPv6(Icmp(3, 3, IPv4(Tcp())), 1), IPv4(Icmp(3, 3, IPv6(Tcp())), 1),
            IPv4(Icmp(3, 3, []), 1), IPv4(Icmp(3, 3, IPv4(Tcp())[..19]), 1), IPv4([3, 3, 0, 0, 0, 0, 0], 1),
            IPv4(Icmp(11, 1, IPv4(Udp([1, 2], 53), 17, fragment: 0x2010)), 1), IPv4(Icmp(11, 1, IPv4(IPv4(Tcp()), 4, fragment: 0x2000)), 1),
            IPv6(Icmp(4, 3, IPv6([41, 0, 0, 1, 0, 0, 0, 9, .. Tcp()], 44)), 58),
            IPv4(Icmp(3, 3, IPv4(Tcp())), 1, fragment: 0x2000), IPv4(Icmp(3, 3, IPv4(Tcp(), totalLength: 19)), 1),
        ];
        foreach (var bytes in frames)
        {
            Assert.Equal(DecodeResult.NotTcp, Decode(101, bytes, out _));
            Assert.False(IcmpDecoder.Decode(new Frame(default, 101, bytes.Length, bytes), DecodeResult.NotTcp, out _));
        }
    }

    [Fact]
    public void DamagedAndCutErrorsAreDecodedWithinBounds()
    {
        var random = new Random(20261201);
        byte[] extended = [58, 0, 1, 4, 0, 0, 0, 0, .. Icmp(2, 0, IPv6([6, 0, 1, 4, 0, 0, 0, 0, .. Tcp()], 0), 1280)];
        byte[][] whole =
        [
            Ethernet(IPv4(Icmp(3, 4, IPv4(Tcp(payload: 9), options: new byte[8]), 1400), 1)),
            Ethernet(IPv6(extended, 0), 0x86DD),
            Ethernet(IPv4(Vxlan(Ethernet(IPv4(Icmp(3, 3, IPv4(Vxlan(Ethernet(IPv4(Tcp()))), 17)), 1))), 17)),
        ];
        var results = new int[Enum.GetValues<DecodeResult>().Length];
        for (var round = 0; round < 100_000; round++)
        {
            var bytes = whole[round % whole.Length];
            bytes = bytes[..(random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length)];
            for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var frame = new Frame(default, LinkTypes.Ethernet, random.Next(2) == 0 ? bytes.Length : random.Next(), bytes);
            var result = SegmentDecoder.Decode(frame, out _);
            results[(int)result]++;
            Assert.Equal(result is DecodeResult.IcmpError or DecodeResult.IcmpWithoutQuote, IcmpDecoder.Decode(frame, result, out var error));
            Assert.Equal(result == DecodeResult.IcmpError, error.HasQuote);
            if (error.HasQuote) Assert.True(error.Mtu >= 0 && error.ToString().Length > 0);
        }

        Assert.True(results[(int)DecodeResult.IcmpError] > 1000 && results[(int)DecodeResult.IcmpWithoutQuote] > 100, string.Join(' ', results));
    }

    public static byte[] Icmp(byte type, byte code, byte[] quote, int mtu = 0)
    {
        byte[] message = [type, code, 0, 0, 0, 0, 0, 0, .. quote];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)mtu);
        return message;
    }

    private static IcmpError Read(int linkType, byte[] bytes)
    {
        var frame = new Frame(new Timestamp(42), linkType, bytes.Length, bytes);
        Assert.Equal(DecodeResult.IcmpError, SegmentDecoder.Decode(frame, out _));
        Assert.True(IcmpDecoder.Decode(frame, DecodeResult.IcmpError, out var error));
        Assert.Equal((true, 42L), (error.HasQuote, error.Time.Nanoseconds));
        return error;
    }

    private static void AssertQuotes(in IcmpError error) => Assert.Equal("10.0.0.1:1111 10.0.0.2:2222 1000", Quote(error));

    private static string Quote(in IcmpError error) => $"{error.Source} {error.Destination} {error.Seq}";

    private static void AssertWithoutQuote(byte[] bytes)
    {
        Assert.Equal(DecodeResult.IcmpWithoutQuote, Decode(101, bytes, out _));
        Assert.True(IcmpDecoder.Decode(new Frame(default, 101, bytes.Length, bytes), DecodeResult.IcmpWithoutQuote, out var error));
        Assert.False(error.HasQuote);
    }
}
