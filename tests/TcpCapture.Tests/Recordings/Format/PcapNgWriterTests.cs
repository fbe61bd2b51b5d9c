using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;
using TcpCapture.Tests.CaptureFiles.PcapNg;

namespace TcpCapture.Tests.Recordings.Format;

public class PcapNgWriterTests
{
    [Fact]
    public void TheBytesAreThoseOfTheFormat()
    {
        var stream = new MemoryStream();
        var writer = new PcapNgWriter(stream);
        writer.Section(new PcapNgOptions().Comment("hello"));
        writer.Interface(1, 96, new PcapNgOptions());
        writer.Packet(0, new Frame(new Timestamp(0x0000_0001_0000_0002), 1, 60, [0xAA, 0xBB, 0xCC]), new PcapNgOptions().Flags(1));
        writer.Flush();

        Assert.Equal(
            "0A0D0D0A2C0000004D3C2B1A01000000FFFFFFFFFFFFFFFF" + "0100050068656C6C6F000000" + "00000000" + "2C000000" +
            "010000002000000001000000" + "60000000" + "0900010009000000" + "00000000" + "20000000" +
            "0600000030000000" + "00000000" + "0100000002000000" + "030000003C000000" + "AABBCC00" +
            "0200040001000000" + "00000000" + "30000000",
            Convert.ToHexString(stream.ToArray()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void ABlockLongerThanTheBufferIsRead(int bufferSize)
    {
        var stream = new MemoryStream();
        var writer = new PcapNgWriter(stream, bufferSize);
        var expected = new List<string>();
        writer.Section(new PcapNgOptions());
        writer.Interface(1, 0, new PcapNgOptions());
        for (var length = 0; length < 3000; length += 7)
        {
            var bytes = new byte[length];
            Array.Fill(bytes, (byte)length);
            var frame = new Frame(new Timestamp(length), 1, length, bytes);
            expected.Add(ObservationLog.Describe(frame));
            writer.Packet(0, frame);
        }

        writer.Flush();

        Assert.Equal(expected, PcapNgReaderTests.Read(stream.ToArray()));
    }

    [Fact]
    public void AFrameWithOptionsCostsNoAllocation()
    {
        var writer = new PcapNgWriter(Stream.Null);
        var options = new PcapNgOptions();
        var bytes = new byte[100];
        ulong number = 0;

        Allocation.AssertNoneIn(10_000, () => writer.Packet(
            0, new Frame(new Timestamp(5), 1, 100, bytes),
            options.Clear().Comment("client SYN_SENT, server LISTEN").Comment("caused by 1").Id(number++)));
    }

    [Fact]
    public void ANulInACommentIsReplaced()
    {
        var options = new PcapNgOptions().Comment("a\0b");
        var bytes = new byte[options.EncodedLength];
        options.WriteTo(bytes);
        var reader = new PcapNgOptionReader(bytes, false, 0);

        Assert.True(reader.NextComment(out var comment));
        Assert.Equal("a\uFFFDb", comment);
    }

    [Fact]
    public void ABlockLongerThanReadersAcceptIsNotWritten() => Assert.Throws<RecordingException>(
        () => new PcapNgWriter(Stream.Null).Packet(0, new Frame(default, 1, 0, new byte[16 * 1024 * 1024])));
}
