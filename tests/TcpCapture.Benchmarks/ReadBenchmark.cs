using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using TcpCapture.CaptureFiles;

namespace TcpCapture.Benchmarks;

/// <summary>Reading capture files from the page cache, beside reading only their bytes, 1 MB at a time.</summary>
// The two alternate, so that other load on the machine affects both.
internal sealed class ReadBenchmark : IBenchmark
{
    private const int Frames = 2_000_000;
    private const int Small = 60;
    private const int Large = 1500;

    public string Name => "read";

    public string? Obstacle =>
        new DriveInfo(Path.GetTempPath()).AvailableFreeSpace < 8L << 30 ? $"{Path.GetTempPath()} has no 8 GB free" : null;

    public IEnumerable<Row> Run()
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-benchmark-").FullName;
        try
        {
            var small = Path.Combine(folder, "small.pcap");
            CaptureFileMaker.WritePcap(small, Frames, Small);
            foreach (var row in Compare("pcap, frames of 60 bytes", 15, [small])) yield return row;

            var pcapng = Path.Combine(folder, "small.pcapng");
            CaptureFileMaker.WritePcapNg(pcapng, Frames, Small);
            foreach (var row in Compare("pcapng, frames of 60 bytes", 15, [pcapng])) yield return row;

            string[] four = [.. Enumerable.Range(0, 4).Select(i => Path.Combine(folder, $"{i}.pcap"))];
            foreach (var path in four) CaptureFileMaker.WritePcap(path, Frames / 4, Small);
            foreach (var row in Compare("4 pcap that overlap, frames of 60 bytes", 7, four)) yield return row;

            var gzip = small + ".gz";
            using (var from = File.OpenRead(small))
            using (var to = new GZipStream(File.Create(gzip), CompressionLevel.Fastest)) from.CopyTo(to);
            foreach (var row in Compare("gzip, frames of 60 bytes", 3, [gzip])) yield return row;

            var large = Path.Combine(folder, "large.pcap");
            CaptureFileMaker.WritePcap(large, Frames, Large);
            foreach (var row in Compare("pcap, frames of 1500 bytes", 7, [large])) yield return row;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Row[] Compare(string what, int rounds, string[] paths)
    {
        var buffer = new byte[1 << 20];
        FrameBatch[] pool = [new(), new(), new()];
        var floor = new double[rounds];
        var read = new double[rounds];
        double allocated = 0;
        for (var round = -1; round < rounds; round++) // the first warms up code and page cache
        {
            var begin = Stopwatch.GetTimestamp();
            foreach (var path in paths) ReadBytes(path, buffer);
            var middle = Stopwatch.GetTimestamp();
            var before = GC.GetAllocatedBytesForCurrentThread();
            ReadFrames(paths, pool);
            var end = Stopwatch.GetTimestamp();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round < 0) continue;
            floor[round] = Stopwatch.GetElapsedTime(begin, middle).TotalNanoseconds / Frames;
            read[round] = Stopwatch.GetElapsedTime(middle, end).TotalNanoseconds / Frames;
        }

        var (least, own) = (Spread.Of(floor), Spread.Of(read));
        return
        [
            new Row($"floor: bytes of {what}", "frame", least),
            new Row(what, "frame", own, allocated / Frames, string.Create(
                CultureInfo.InvariantCulture,
                $"{own.Median / least.Median:F2} of the floor, {own.Median - least.Median:+0.0;-0.0} ns; {1e3 / own.Median:F0} million frames/s")),
        ];
    }

    private static void ReadBytes(string path, byte[] buffer)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        while (file.Read(buffer) > 0)
        {
        }
    }

    private static void ReadFrames(string[] paths, FrameBatch[] pool)
    {
        using var files = CaptureFileSet.Open(paths);
        long bytes = 0;
        for (var i = 0; files.Read(pool[i % pool.Length]); i++) bytes += pool[i % pool.Length].Entries[^1].Length;
        if (files.Frames != Frames || bytes == 0) throw new InvalidOperationException($"{files.Frames} frames were read.");
    }
}
