using TcpCapture.CaptureFiles;
using TcpCapture.Model;
using TcpCapture.Tests.CaptureFiles.Bytes;
using TcpCapture.Tests.CaptureFiles.Pcap;
using TcpCapture.Tests.CaptureFiles.PcapNg;

namespace TcpCapture.Tests.CaptureFiles;

public sealed class CaptureFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-files-").FullName;
    private int _count;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FramesAreOrderedByTimeThenByArgument()
    {
        var a = Write(new RawPcap().Packet(1, 0, [0xA1], 1).Packet(3, 0, [0xA3], 1).Packet(3, 0, [0xA4], 1).Packet(9, 0, [0xA9], 1).ToArray());
        var b = Write(new RawPcap(bigEndian: true, magic: RawPcap.Microseconds, linkType: 101)
            .Packet(1, 0, [0xB1], 1).Packet(2, 0, [0xB2], 5).Packet(3, 0, [0xB3], 1).ToArray());
        var c = Write(new RawPcapNg().Section().Interface(276, 0, (9, [9])).Interface(1, 0).Packet(0, 4_000_000_000, [0xC4], 1).ToArray());

        using var files = CaptureFileSet.Open([a, b, c]);
        Assert.Equal(["A1", "B1", "B2", "A3", "A4", "B3", "C4", "A9"], Bytes(files));
        Assert.Equal([1, 101, 276], files.LinkTypes);
        Assert.Equal(4, files.Interfaces);
        Assert.Equal(1000, files.Tick);
        Assert.Equal(8, files.Frames);
        Assert.Equal(1, files.CutFrames);
        Assert.Equal(0, files.TimesBackwards);
        Assert.Null(files.FirstBackwards);
        Assert.Empty(files.Problems);
        Assert.Equal(files.Length, files.Position);
    }

    [Theory]
    [InlineData(1, 1 << 16)]
    [InlineData(3, 1 << 16)]
    [InlineData(4096, 100)]
    [InlineData(4096, 1 << 20)]
    public void ManyFilesAreOneSortedListForEveryBatchSize(int most, int buffer)
    {
        var random = new Random(5);
        var expected = new List<(long Time, int File, string Bytes)>();
        var paths = new List<string>();
        for (var file = 0; file < 20; file++)
        {
            var raw = new RawPcap(bigEndian: file % 2 == 0);
            uint time = (uint)random.Next(100);
            for (var i = 0; i < 1000; i++)
            {
                var bytes = new byte[random.Next(1, 150)];
                random.NextBytes(bytes);
                raw.Packet(time, 0, bytes, 1500);
                expected.Add((time, file, Convert.ToHexString(bytes)));
                time += (uint)random.Next(3);
            }

            var content = raw.ToArray();
            paths.Add(Write(file % 5 == 0 ? CompressedFileTests.Compress(file % 2 == 0, content) : content));
        }

        using var files = CaptureFileSet.Open(paths);
        Assert.Equal(
            expected.OrderBy(frame => frame.Time).ThenBy(frame => frame.File).Select(frame => frame.Bytes),
            Bytes(files, new FrameBatch(most, buffer)));
        Assert.Equal(20_000, files.Frames);
        Assert.Equal(files.Length, files.Position);
    }

    [Fact]
    public void TimesThatRunBackwardsAreNotSortedButCounted()
    {
        var path = Write(new RawPcap().Packet(5, 0, [1], 1).Packet(4, 0, [2], 1).Packet(6, 0, [3], 1).Packet(1, 0, [4], 1).ToArray());
        using var one = CaptureFileSet.Open([path]);
        Assert.Equal(["01", "02", "03", "04"], Bytes(one, new FrameBatch(1)));
        AssertBackwards(one);

        using var two = CaptureFileSet.Open([path, Write(new RawPcap().Packet(5, 0, [9], 1).ToArray())]);
        Assert.Equal(["01", "02", "09", "03", "04"], Bytes(two));
        AssertBackwards(two);

        void AssertBackwards(CaptureFileSet files)
        {
            Assert.Equal(2, files.TimesBackwards);
            Assert.Equal(new TimeStep(path, 2, new Timestamp(5_000_000_000), new Timestamp(4_000_000_000)), files.FirstBackwards);
        }
    }

    [Fact]
    public void EachIncompleteFileIsReported()
    {
        var whole = new RawPcap().Packet(1, 0, [1], 1).Packet(2, 0, [2], 1).ToArray();
        string[] paths = [Write(whole[..^1]), Write(whole), Write(whole[..26])];
        using var files = CaptureFileSet.Open(paths);
        Assert.Equal(["01", "01", "02"], Bytes(files));
        Assert.Collection(
            files.Problems,
            first => Assert.StartsWith($"{paths[0]} is cut off: the record at byte 41", first),
            second => Assert.StartsWith($"{paths[2]} is cut off: the record at byte 24", second));
    }

    [Fact]
    public void AFileThatIsNoCaptureIsReportedBeforeAnythingIsRead()
    {
        var good = Write(new RawPcap().ToArray());
        Assert.Contains("not a capture file", Assert.Throws<CaptureFileException>(() => CaptureFileSet.Open([good, Write([1, 2, 3, 4])])).Message);
        Assert.Contains("given twice", Assert.Throws<CaptureFileException>(() => CaptureFileSet.Open(["-", good, "-"])).Message);
    }

    [Fact]
    public void TwoThousandConsecutiveFilesAreNotOpenAtOnce()
    {
        var paths = new List<string>();
        for (uint i = 0; i < 2000; i++) paths.Add(Write(new RawPcap().Packet(i, 0, [1], 1).Packet(i, 5, [2], 1).ToArray()));
        var before = OpenFiles();
        var most = before;
        using var files = CaptureFileSet.Open(paths);
        var batch = new FrameBatch(16);
        var frames = 0;
        while (files.Read(batch))
        {
            frames += batch.Count;
            most = Math.Max(most, OpenFiles());
        }

        Assert.Equal(4000, frames);
        Assert.InRange(most - before, 0, 1000); // other tests open some at the same time
    }

    [Fact]
    public void AThousandOverlappingFilesAreRead()
    {
        var paths = new List<string>();
        for (var i = 0; i < 1000; i++) paths.Add(Write(new RawPcap().Packet(1, 0, [1], 1).Packet(2, 0, [2], 1).ToArray()));
        using var files = CaptureFileSet.Open(paths);
        Assert.Equal([.. Enumerable.Repeat("01", 1000), .. Enumerable.Repeat("02", 1000)], Bytes(files));
    }

    private static int OpenFiles() => OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : 0;

    private string Write(byte[] content)
    {
        var path = Path.Combine(_folder, $"{_count++}");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static List<string> Bytes(CaptureFileSet files, FrameBatch? batch = null)
    {
        batch ??= new FrameBatch();
        var frames = new List<string>();
        while (files.Read(batch))
        {
            for (var i = 0; i < batch.Count; i++) frames.Add(Convert.ToHexString(batch[i].Bytes));
        }

        return frames;
    }
}
