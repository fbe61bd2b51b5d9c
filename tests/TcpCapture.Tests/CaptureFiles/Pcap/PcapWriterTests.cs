using TcpCapture.CaptureFiles.Pcap;
using TcpCapture.Model;
using TcpCapture.Tests.Decoding;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.CaptureFiles.Pcap;

public sealed class PcapWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-tests-").FullName;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(101)]
    [InlineData(108)]
    [InlineData(113)]
    [InlineData(228)]
    [InlineData(276)]
    public void FramesAreReadAsWrittenWithTimesAndLengths(int linkType)
    {
        var path = Path.Combine(_folder, "a.pcap");
        byte[] bytes = IPv4(Tcp(0x10));
        using (var file = File.Create(path))
        {
            var writer = new PcapWriter(file, linkType, 262144);
            writer.Write(new Frame(new Timestamp(1_700_000_000_123_456_789), linkType, 65_549, bytes));
            writer.Write(new Frame(new Timestamp(1_700_000_001_000_000_001), linkType, bytes.Length, bytes));
        }

        var sink = new RecordingSink();
        Assert.Null(FrameLog.ReadAll(path, sink));
        Assert.Equal(
            [(1_700_000_000_123_456_789, 65_549), (1_700_000_001_000_000_001, bytes.Length)],
            sink.Frames.Select(frame => (frame.Time.Nanoseconds, frame.OriginalLength)));
        Assert.All(sink.Frames, frame => Assert.Equal(bytes, frame.Bytes));
        Assert.Equal(linkType, BitConverter.ToInt32(File.ReadAllBytes(path), 20));
    }

    [Fact]
    public void WritingAllocatesNothingPerFrame()
    {
        var path = Path.Combine(_folder, "many.pcap");
        byte[] bytes = IPv4(Tcp(0x10));
        using (var file = File.Create(path))
        {
            var writer = new PcapWriter(file, 101, 262144);
            Allocation.AssertNoneIn(10_000, () => writer.Write(new Frame(new Timestamp(1), 101, bytes.Length, bytes)));
        }
    }

    [Fact]
    public void TheFileIsAsLibpcapWritesIt()
    {
        using var file = new MemoryStream();
        new PcapWriter(file, 1, 65_535).Write(new Frame(new Timestamp(1_700_000_000_123_456_789), 1, 60, [1, 2, 3]));

        // pcap-savefile(5), nanosecond resolution, little-endian.
        Assert.Equal(
            "4D3CB2A1" + "0200" + "0400" + "00000000" + "00000000" + "FFFF0000" + "01000000"
            + "00F15365" + "15CD5B07" + "03000000" + "3C000000" + "010203",
            Convert.ToHexString(file.ToArray()));
    }

    [Fact]
    public void AFrameOfAnotherLinkTypeIsRefused()
    {
        var writer = new PcapWriter(Stream.Null, 1, 65535);
        Assert.Throws<ArgumentException>(() => writer.Write(new Frame(default, 113, 4, [1, 2, 3, 4])));
    }

    public void Dispose() => Directory.Delete(_folder, true);
}
