using TcpCapture.Tests.Decoding;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.CaptureFiles;

/// <summary>Captures made by others, many of them to break their readers.</summary>
public class SharedCapturesTests
{
    [Fact]
    public void EveryFrameIsReadAndDecodedWithoutAnException()
    {
        var read = 0;
        var frames = 0;
        foreach (var path in Paths())
        {
            var sink = new RecordingSink();
            try
            {
                Assert.DoesNotContain('\n', FrameLog.ReadAll(path, sink) ?? "");
                read++;
            }
            catch (CaptureFileException error)
            {
                Assert.StartsWith($"{path} ", error.Message);
            }

            frames += sink.Results.Count;
        }

        Assert.True(read > 20 && frames > 100, $"{read} files and {frames} frames read");
    }

    [Fact]
    public async Task AsManyFramesAreReadAsWiresharkReads()
    {
        var (rows, _, _) = await Tshark.RunToAnyEnd("capinfos", ["-M", "-c", "-T", "-r", .. Paths()]);
        Assert.True(rows.Length > 20, $"capinfos read {rows.Length} files");
        foreach (var row in rows.Select(row => row.Split('\t')))
        {
            var sink = new RecordingSink();
            var problem = FrameLog.ReadAll(row[0], sink);
            Assert.Equal($"{row[0]}: {row[1]} frames, whole", $"{row[0]}: {sink.Frames.Count} frames, {problem ?? "whole"}");
        }
    }

    private static List<string> Paths()
    {
        var paths = SharedCaptures.All();
        Assert.SkipWhen(paths.Count == 0, "There is no folder shared/captures beside the repository.");
        return paths;
    }
}
