using TcpCapture.Capture;
using TcpCapture.Model;
using TcpCapture.Tests.Capture.Files;
using static TcpCapture.Tests.Capture.FrameBuilder;

namespace TcpCapture.Tests.Capture;

public sealed class PcapFileWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-tests-").FullName;

    public PcapFileWriterTests() =>
        Assert.SkipWhen(CaptureLibrary.Version is null, "libpcap is not installed");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(101)]
    [InlineData(108)]
    [InlineData(113)]
    [InlineData(228)]
    [InlineData(276)]
    public void WhatWasWrittenIsReadAgainToTheNanosecondWithItsOriginalLength(int linkType)
    {
        var path = Path.Combine(_folder, "a.pcap");
        byte[] bytes = IPv4(Tcp(0x10));
        using (var writer = new PcapFileWriter(path, linkType, 262144))
        {
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
    public void WritingAllocatesNothingAFrame()
    {
        var path = Path.Combine(_folder, "many.pcap");
        byte[] bytes = IPv4(Tcp(0x10));
        using (var writer = new PcapFileWriter(path, 101, 262144))
        {
            Allocation.AssertNoneIn(10_000, () => writer.Write(new Frame(new Timestamp(1), 101, bytes.Length, bytes)));
        }
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsToldInOneLine()
    {
        var missing = Path.Combine(_folder, "missing", "a.pcap");
        var error = Assert.Throws<IOException>(() => new PcapFileWriter(missing, 1, 65535));
        Assert.Equal($"Cannot write {missing}: No such file or directory.", error.Message);
    }

    [Fact]
    public void AFrameOfAnotherLinkTypeIsRefused()
    {
        using var writer = new PcapFileWriter(Path.Combine(_folder, "a.pcap"), 1, 65535);
        Assert.Throws<ArgumentException>(() => writer.Write(new Frame(default, 113, 4, [1, 2, 3, 4])));
    }

    public void Dispose() => Directory.Delete(_folder, true);
}
