using System.Diagnostics;
using TcpCapture.CaptureFiles;
using TcpCapture.Tests.CaptureFiles.Bytes;
using TcpCapture.Tests.CaptureFiles.Pcap;

namespace TcpCapture.Tests.CaptureFiles;

public sealed class CaptureFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-files-").FullName;

    private string FilePath => Path.Combine(_folder, "a.pcap");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "is empty: give another file")]
    [InlineData("This is not a capture.", "looks like text")]
    [InlineData("{}", "looks like text")]
    [InlineData("\u0001\u0002\u0003\u0004\u0005", "its first bytes, 01020304, match no known format")]
    [InlineData("BZh91AY&SY", "bzip2 -dk")]
    [InlineData("PK\u0003\u0004\u0014", "zip archive")]
    [InlineData("snoop\0\0\0\0\0\0\u0002", "is a snoop capture, which cannot be read: convert it first (editcap -F pcapng IN OUT)")]
    [InlineData("btsnoop\0\0\0\0\u0001", "is a btsnoop capture of Bluetooth, which cannot be read: convert it first (editcap -F pcapng")]
    [InlineData("GMBU\u0001\u0002", "is a capture of Microsoft Network Monitor, which cannot be read: convert it first (editcap -F pcapng")]
    [InlineData("RTSS\u0001\u0001", "Microsoft Network Monitor, which cannot be read: convert it first (editcap -F pcapng")]
    [InlineData("TRSNIFF data    \u001A", "a capture of Sniffer, which")]
    [InlineData("XCP\u0000002.001", "NetXRay")]
    [InlineData("iptrace 2.0", "iptrace")]
    [InlineData("\0\0\0\u0080\u0010\u0093\u0053\u0065\u0002\u0004\0\u0058\0\0\0\u004A\0\0", "is an ERF capture of a DAG card, as it seems, which cannot be read")]
    [InlineData("\n\r\r\n\u001C\0\0\0\u0001\u0002\u0003\u0004\u0001\0\0\0", "is a pcapng file of unknown byte order (01020304 instead of 1a2b3c4d)")]
    public void AFileThatIsNoCaptureIsReportedInOneLineWithARemedy(string content, string why)
    {
        File.WriteAllText(FilePath, content, System.Text.Encoding.Latin1);

        var error = Assert.Throws<CaptureFileException>(() => CaptureFile.Open(FilePath));

        Assert.StartsWith(FilePath + " ", error.Message);
        Assert.Contains(why, error.Message);
        Assert.EndsWith(".", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("snoop\0\0\0\0\0\0\u0002", "is a snoop capture")]
    [InlineData("RTSS\u0001\u0001", "Network Monitor")]
    [InlineData("\n\r\r\n\u001C\0\0\0\u0001\u0002\u0003\u0004\u0001\0\0\0", "unknown byte order")]
    public void ACompressedFileThatIsNoCaptureIsReportedAlike(string content, string why)
    {
        foreach (var isZstandard in new[] { false, true })
        {
            var compressed = CompressedFileTests.Compress(isZstandard, System.Text.Encoding.Latin1.GetBytes(content));
            var error = Assert.Throws<CaptureFileException>(() => CaptureFile.Open(new MemoryStream(compressed), "file"));
            Assert.StartsWith("file is a", error.Message);
            Assert.Contains(why, error.Message);
        }
    }

    [Fact]
    public void AFolderAndAMissingFileAreReported()
    {
        Assert.Equal(
            $"{_folder} is a folder, not a capture file: give its files ({_folder}/*.pcap).",
            Assert.Throws<CaptureFileException>(() => CaptureFile.Open(_folder)).Message);
        Assert.Equal(
            $"There is no file {FilePath}: check its name and the current folder.",
            Assert.Throws<CaptureFileException>(() => CaptureFile.Open(FilePath)).Message);
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a.pcapng")]
    [InlineData("a.gz")]
    public void TheContentDecidesTheFormatAndNotTheName(string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, new RawPcap().Packet(1, 0, [1], 1).ToArray());
        using var file = CaptureFile.Open(path);
        FrameLog.AssertIs(["frame 1000000000 1 1 01"], null, FrameLog.Of(file));
        Assert.Equal(path, file.Name);
    }

    [Fact]
    public async Task ANamedPipeIsRead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is not everywhere.");
        using (var mkfifo = Process.Start("mkfifo", [FilePath])) await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        var bytes = CompressedFileTests.Compress(isZstandard: true, new RawPcap().Packet(1, 0, [1], 1).ToArray());
        var writing = Task.Run(() => File.WriteAllBytes(FilePath, bytes), TestContext.Current.CancellationToken);

        using var file = CaptureFile.Open(FilePath);

        FrameLog.AssertIs(["frame 1000000000 1 1 01"], null, FrameLog.Of(file));
        Assert.Null(file.Length);
        Assert.Equal(bytes.Length, file.Position);
        await writing;
    }

    [Fact]
    public void AReadErrorGivesTheFramesBeforeAndTheOffset()
    {
        var bytes = new RawPcap().Packet(1, 0, [1], 1).Packet(2, 0, [2], 1).ToArray();
        var (frames, problem) = FrameLog.Of(new Breaking(bytes, 45));
        Assert.Equal(["frame 1000000000 1 1 01"], frames);
        Assert.Equal("file could not be read beyond byte 45: Input/output error; everything before that was read.", problem);
    }

    /// <summary>A disk that cannot be read beyond an offset.</summary>
    private sealed class Breaking(byte[] bytes, int at) : MemoryStream(bytes[..at])
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is > 0 and var read ? read : throw new IOException("Input/output error");
    }
}
