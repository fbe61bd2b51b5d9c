using System.Diagnostics;
using System.Globalization;
using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.Parallel;

namespace TcpCapture.Benchmarks;

/// <summary>The cost of each stage of analysing a capture, beside reading the file's bytes.</summary>
// The stages alternate, so that other load on the machine affects all.
internal sealed class StagesBenchmark : IBenchmark
{
    private const int Segments = 2_000_000;
    private const int Rounds = 7;

    public string Name => "stages";
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-benchmark-").FullName;
        try
        {
            var path = Path.Combine(folder, "made.pcap");
            SyntheticCapture.Write([path, Segments.ToString(CultureInfo.InvariantCulture), "2000", "200", "200", "96"]);
            (string Name, Action Run)[] stages =
            [
                ("floor: bytes of pcap, 1 loss in 200", () => ReadBytes(path)),
                ("frames found", () => FindFrames(path)),
                ("segments decoded", () => Decode(path)),
                ("connections followed, on all cores", () => Follow(path)),
                ("files written, on all cores", () => Write(path, Path.Combine(folder, "out"))),
            ];
            var wall = stages.Select(_ => new List<double>()).ToArray();
            var cpu = stages.Select(_ => new List<double>()).ToArray();
            for (var round = -2; round < Rounds; round++) // the first ones warm up code and page cache
            {
                for (var i = 0; i < stages.Length; i++)
                {
                    var used = Environment.CpuUsage.TotalTime;
                    var begin = Stopwatch.GetTimestamp();
                    stages[i].Run();
                    var elapsed = Stopwatch.GetElapsedTime(begin);
                    if (round < 0) continue;
                    wall[i].Add(elapsed.TotalNanoseconds / Segments);
                    cpu[i].Add((Environment.CpuUsage.TotalTime - used).TotalNanoseconds / Segments);
                }
            }

            var floor = Spread.Of(wall[0]).Median;
            for (var i = 0; i < stages.Length; i++)
            {
                var time = Spread.Of(wall[i]);
                yield return new Row(stages[i].Name, "segment", time, null, string.Create(
                    CultureInfo.InvariantCulture, $"{time.Median / floor:F1} of the floor; {Spread.Of(cpu[i]).Median:F0} ns of CPU"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void ReadBytes(string path)
    {
        var buffer = new byte[64 * 1024];
        using var file = File.OpenHandle(path);
        for (long offset = 0; RandomAccess.Read(file, buffer, offset) is > 0 and var read;) offset += read;
    }

    private static void FindFrames(string path)
    {
        using var files = CaptureFileSet.Open([path]);
        var batch = new FrameBatch();
        while (files.Read(batch))
        {
        }
    }

    private static void Decode(string path)
    {
        using var files = CaptureFileSet.Open([path]);
        var batch = new DecodedBatch(new FrameBatch(), inOrder: true) { Slot = 0 };
        while (files.Read(batch.Frames)) batch.Decode();
    }

    private static void Follow(string path)
    {
        using var analysis = CaptureAnalysis.Open([path]);
        analysis.Run();
    }

    private static void Write(string path, string folder)
    {
        using var analysis = CaptureAnalysis.Open([path]);
        analysis.Run(OutputFolder.Create(folder, force: true), ConnectionChoice.None);
    }
}
