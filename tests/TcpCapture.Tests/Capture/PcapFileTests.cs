using TcpCapture.Capture;
using TcpCapture.Model;
using static TcpCapture.Tests.Capture.FrameBuilder;

namespace TcpCapture.Tests.Capture;

public sealed class PcapFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-tests-").FullName;

    public PcapFileTests() =>
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
        using var reader = new PcapFileReader(path);
        Assert.Null(reader.ReadAll(sink));
        Assert.Equal(linkType, reader.LinkType);
        Assert.Equal(
            [(1_700_000_000_123_456_789, 65_549), (1_700_000_001_000_000_001, bytes.Length)],
            sink.Frames.Select(frame => (frame.Time.Nanoseconds, frame.OriginalLength)));
        Assert.All(sink.Frames, frame => Assert.Equal(bytes, frame.Bytes));
        Assert.Equal(linkType, BitConverter.ToInt32(File.ReadAllBytes(path), 20));
    }

    [Fact]
    public void WritingAndReadingAllocateNothingAFrame()
    {
        var path = Path.Combine(_folder, "many.pcap");
        byte[] bytes = IPv4(Tcp(0x10));
        using (var writer = new PcapFileWriter(path, 101, 262144))
        {
            Allocation.AssertNoneIn(10_000, () => writer.Write(new Frame(new Timestamp(1), 101, bytes.Length, bytes)));
        }

        var sink = new CountingSink();
        using var reader = new PcapFileReader(path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(reader.ReadAll(sink));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000 * 12); // half the smallest object a frame
        Assert.Equal(10_000, sink.Count);
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsToldInOneLine()
    {
        var missing = Path.Combine(_folder, "missing", "a.pcap");
        var error = Assert.Throws<IOException>(() => new PcapFileWriter(missing, 1, 65535));
        Assert.Equal($"Cannot write {missing}: No such file or directory.", error.Message);
    }

    [Fact]
    public void AFileThatIsNotThereOrNoCaptureIsToldInOneLine()
    {
        var path = Path.Combine(_folder, "a.txt");
        Assert.Contains("No such file", Assert.Throws<IOException>(() => new PcapFileReader(path)).Message);
        File.WriteAllText(path, "This is not a capture file, it only looks like text.");
        var message = Assert.Throws<IOException>(() => new PcapFileReader(path)).Message;
        Assert.Contains("unknown file format", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void OfATruncatedFileTheWholeFramesAreReadAndTheRestIsTold()
    {
        var path = Path.Combine(_folder, "cut.pcap");
        byte[] bytes = IPv4(Tcp(0x10));
        using (var writer = new PcapFileWriter(path, 101, 65535))
        {
            for (var i = 0; i < 3; i++) writer.Write(new Frame(new Timestamp(i), 101, bytes.Length, bytes));
        }

        using (var file = File.OpenWrite(path)) file.SetLength(file.Length - 10);
        var sink = new RecordingSink();
        using var reader = new PcapFileReader(path);
        Assert.Contains("truncated", reader.ReadAll(sink));
        Assert.Equal(2, sink.Segments.Count);
    }

    [Fact]
    public void AFrameOfAnotherLinkTypeIsRefused()
    {
        using var writer = new PcapFileWriter(Path.Combine(_folder, "a.pcap"), 1, 65535);
        Assert.Throws<ArgumentException>(() => writer.Write(new Frame(default, 113, 4, [1, 2, 3, 4])));
    }

    [Theory]
    [InlineData("malformed")]
    [InlineData("zeek")]
    public void EverySharedCaptureDecodesWithoutAnException(string folder)
    {
        var shared = SharedCaptures(folder);
        Assert.SkipWhen(shared is null, $"../shared/captures/{folder} is not there");

        var read = 0;
        var frames = 0;
        foreach (var path in Directory.EnumerateFiles(shared!).Where(path => !path.EndsWith(".tsv", StringComparison.Ordinal)))
        {
            var sink = new RecordingSink();
            try
            {
                using var reader = new PcapFileReader(path);
                reader.ReadAll(sink);
                read++;
            }
            catch (IOException e)
            {
                Assert.StartsWith($"Cannot read {path}: ", e.Message);
            }

            frames += sink.Results.Count;
        }

        Assert.True(read > 20 && frames > 100, $"{read} files and {frames} frames read");
    }

    public void Dispose() => Directory.Delete(_folder, true);

    // The folder beside the repository, which is the nearest one above that holds the solution.
    private static string? SharedCaptures(string folder)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "TcpCapture.sln"))) at = at.Parent;
        if (at is null) return null;
        var path = Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "captures", folder));
        return Directory.Exists(path) ? path : null;
    }

    private sealed class CountingSink : IObservationSink
    {
        public int Count { get; private set; }

        public void OnFrame(in Frame frame) => Count++;

        public void OnCall(SocketCall call) => Count = -1;

        public void OnSample(SocketSample sample) => Count = -1;

        public void OnOwner(SocketOwner owner) => Count = -1;

        public void OnTrace(KernelEvent trace) => Count = -1;
    }
}
