using TcpCapture.Decoding;
using TcpCapture.Tests.Decoding.Tunnels;
using static TcpCapture.Tests.Decoding.FrameBuilder;
using static TcpCapture.Tests.Decoding.Link.WirelessFrames;

namespace TcpCapture.Tests.Decoding.Link;

/// <summary>IEEE 802.11 frames without a segment. <see cref="TunnelTests"/> has frames with one.</summary>
public class WirelessFrameTests
{
    [Theory]
    [InlineData("without data", 0x0148)]
    [InlineData("without data, with quality of service", 0x01C8)]
    [InlineData("a beacon", 0x0080)]
    [InlineData("an acknowledgement", 0x00D4)]
    [InlineData("of another version", 0x0109)]
    public void AFrameWithoutDataIsNotTcp(string what, int control)
    {
        Assert.True(Decode(105, [.. Header(control, 32), .. IPv4(Tcp())], out _) == DecodeResult.NotTcp, what);
        Assert.True(Decode(105, Header(control, 24), out _) is DecodeResult.NotTcp or DecodeResult.Malformed, what);
    }

    [Theory]
    [InlineData("encrypted", 0x4108)]
    [InlineData("encrypted, with quality of service", 0x4188)]
    public void EncryptedDataIsNotDecoded(string what, int control)
    {
        Assert.True(Decode(105, [.. Header(control, 32), .. IPv4(Tcp())], out _) == DecodeResult.Opaque, what);
        Assert.True(Decode(105, Header(control, 24), out _) is DecodeResult.Opaque or DecodeResult.Malformed, what);
    }

    [Fact]
    public void AnAggregateIsReportedAndNotDecoded()
    {
        var header = Header(0x0188, 26);
        header[24] = 0x80;

        Assert.Equal(DecodeResult.Aggregate, Decode(105, [.. header, .. new byte[14], 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. IPv4(Tcp())], out _));
    }

    [Theory]
    [InlineData(127, new byte[] { 0, 0, 7, 0, 0, 0, 0, 0 })]
    [InlineData(127, new byte[] { 0, 0, 255, 255, 0, 0, 0, 0 })]
    [InlineData(127, new byte[] { 0, 0, 8, 0 })]
    [InlineData(119, new byte[] { 0x44, 0, 0, 0 })]
    [InlineData(163, new byte[] { 0x80, 0x21, 0x10, 1, 0, 0, 0, 7 })]
    [InlineData(163, new byte[] { 0x80, 0x21, 0x10, 1, 255, 255, 255, 255 })]
    [InlineData(192, new byte[] { 0, 0, 0, 0, 105, 0, 0, 0 })]
    public void AnImpossibleRadioHeaderLengthIsMalformed(int linkType, byte[] bytes) =>
        Assert.Equal(DecodeResult.Malformed, Decode(linkType, bytes, out _));
}
