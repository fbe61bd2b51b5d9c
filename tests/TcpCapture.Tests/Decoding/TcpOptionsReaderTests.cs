using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Tests.Decoding;

public class TcpOptionsReaderTests
{
    [Fact]
    public void SackBlocksAreCounted() =>
        Assert.Equal(2, TcpOptionsReader.Read([1, 1, 5, 18, .. new byte[16]]).SackBlocks);

    [Theory]
    [InlineData(new byte[] { 2, 4, 5, 180, 8, 0 })]
    [InlineData(new byte[] { 2, 4, 5, 180, 8, 1 })]
    [InlineData(new byte[] { 2, 4, 5, 180, 8, 10, 0 })]
    [InlineData(new byte[] { 2, 4, 5, 180, 8 })]
    public void ABrokenOptionListIsMalformedAndKeepsTheOptionsBefore(byte[] options) =>
        Assert.Equal(new TcpOptions { Mss = 1460, Malformed = true }, TcpOptionsReader.Read(options));

    [Fact]
    public void NothingAfterTheEndOfTheListIsRead() =>
        Assert.Equal(default, TcpOptionsReader.Read([0, 2, 4, 5, 180, 8, 0]));

    [Fact]
    public void AnOptionOfUnknownKindOrOddLengthIsSkipped() =>
        Assert.Equal(
            new TcpOptions { WindowScale = 9 },
            TcpOptionsReader.Read([254, 4, 0xF9, 0x89, 2, 3, 9, 5, 9, 1, 2, 3, 4, 5, 6, 7, 3, 3, 9]));
}
