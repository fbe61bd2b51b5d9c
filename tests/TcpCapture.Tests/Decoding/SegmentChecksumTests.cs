using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Tests.Decoding.Tunnels;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Decoding;

public class SegmentChecksumTests
{
    [Theory]
    [InlineData(new byte[] { 0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7 }, 0xDDF2)] // RFC 1071's own example
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, 0xFFFF)]
    [InlineData(new byte[] { 0x12 }, 0x1200)]
    [InlineData(new byte[] { 1, 2, 3, 4, 5 }, 0x0906)]
    [InlineData(new byte[] { }, 0)]
    public void TheSumIsOfSixteenBitWords(byte[] bytes, int expected) =>
        Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.Sum(bytes)));

    [Fact]
    public void TheSumOfEveryLengthEqualsTheSimpleSum()
    {
        var random = new Random(20261123);
        foreach (var length in Enumerable.Range(0, 300).Append(65_535).Append(3_000_001))
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            if (length > 1000) Array.Fill(bytes, (byte)0xFF, 0, length - 100); // as much as an addition can carry
            ulong expected = 0;
            for (var i = 0; i < length; i++) expected += i % 2 == 0 ? (ulong)bytes[i] << 8 : bytes[i];
            while (expected > 0xFFFF) expected = (expected & 0xFFFF) + (expected >> 16);
            Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.Sum(bytes)));
        }
    }

    [Theory]
    [MemberData(nameof(TunnelTests.Frames), MemberType = typeof(TunnelTests))]
    public void TheInnermostAddressesCount(string name, int linkType, byte[] bytes)
    {
        Assert.Equal(DecodeResult.Segment, Decode(linkType, bytes, out var segment));
        bytes = [.. bytes];
        Complete(bytes, segment);

        Assert.True(SegmentChecksum.Verify(bytes, segment) == ChecksumResult.Correct, name);
        bytes[segment.HeaderAt + 4] ^= 1;
        Assert.True(SegmentChecksum.Verify(bytes, segment) == ChecksumResult.Wrong, name);
        Assert.True(SegmentChecksum.Verify(bytes.AsSpan(0, segment.HeaderAt + 20 + 20 + 6), segment) == ChecksumResult.Unverifiable, name);
    }

    [Fact]
    public void AChecksumLeftToTheNetworkCardIsOffloaded()
    {
        var bytes = IPv4(Tcp(payload: 9));
        Assert.Equal(DecodeResult.Segment, Decode(101, bytes, out var segment));

        // 10.0.0.1, 10.0.0.2, protocol 6, length 29: the sum, not its complement.
        const int partial = 0x0A00 + 0x0001 + 0x0A00 + 0x0002 + 6 + 29;
        (bytes[36], bytes[37]) = (partial >> 8, partial & 0xFF);
        Assert.Equal(ChecksumResult.Offloaded, SegmentChecksum.Verify(bytes, segment));
        bytes[37]++;
        Assert.Equal(ChecksumResult.Wrong, SegmentChecksum.Verify(bytes, segment));
    }

    [Fact]
    public void ASegmentWithoutItsFrameIsUnverifiable()
    {
        Assert.Equal(ChecksumResult.Unverifiable, SegmentChecksum.Verify(new byte[100], default));
        Assert.Equal(ChecksumResult.Unverifiable, SegmentChecksum.Verify(new byte[50], new Segment { HeaderAt = 40 }));
        Assert.Equal(ChecksumResult.Unverifiable, SegmentChecksum.Verify(new byte[100], new Segment { HeaderAt = 40, Length = int.MaxValue }));
    }

    /// <summary>Writes the correct checksum, from the addresses before the TCP header.</summary>
    private static void Complete(byte[] bytes, in Segment segment)
    {
        Span<byte> address = stackalloc byte[16];
        uint sum = 6;
        sum += Words(address[..segment.Source.WriteAddress(address)]);
        sum += Words(address[..segment.Destination.WriteAddress(address)]);
        var length = (bytes[segment.HeaderAt + 12] >> 4) * 4 + segment.Length;
        sum += (uint)length + Words(bytes.AsSpan(segment.HeaderAt, length));
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        bytes[segment.HeaderAt + 16] = (byte)(~sum >> 8);
        bytes[segment.HeaderAt + 17] = (byte)~sum;
    }

    private static uint Words(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i++) sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        return sum;
    }
}
