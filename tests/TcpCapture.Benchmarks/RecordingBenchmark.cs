using System.Globalization;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Benchmarks;

/// <summary>The cost of recording a frame for the capturing thread.</summary>
internal sealed class RecordingBenchmark : IBenchmark
{
    private const int Batch = 1000;

    public string Name => "record";
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        yield return Measure("frame of 91 bytes, stream that takes all", Stream.Null, 91);
        yield return Measure("frame of 1514 bytes, stream that takes all", Stream.Null, 1514);
        var path = Path.Combine(Path.GetTempPath(), $"tcpcapture-benchmark-{Environment.ProcessId}.recording");
        try
        {
            // Restarted before it grows large, so that the page cache and not the disk is measured.
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            using var small = new RewindingStream(file, 64 * 1024 * 1024);
            yield return Measure("frame of 91 bytes, file", small, 91);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Row Measure(string what, Stream stream, int length)
    {
        var bytes = new byte[length];
        var info = new RecordingInfo { LinkType = SyntheticTraffic.LinkType, Snaplen = 65535 };
        using var writer = new RecordingWriter(stream, info);
        var (time, allocated) = Stopper.Measure(Batch, () =>
        {
            for (var i = 0; i < Batch; i++) writer.OnFrame(new Frame(new Timestamp(i), info.LinkType, length, bytes));
        });
        if (writer.Failure is { } failure) throw failure;
        return new Row(what, "frame", time, allocated, string.Create(
            CultureInfo.InvariantCulture, $"{1e3 / time.Median:F1} million frames/s"));
    }
}
