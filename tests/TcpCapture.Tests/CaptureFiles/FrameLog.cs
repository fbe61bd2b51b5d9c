using TcpCapture.CaptureFiles;
using TcpCapture.Model;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.CaptureFiles;

/// <summary>Reads whole capture files.</summary>
internal static class FrameLog
{
    /// <summary>The frames of a file as text, and its problem.</summary>
    public static (List<string> Frames, string? Problem) Of(byte[] file, FrameBatch? batch = null) => Of(new MemoryStream(file), batch);

    /// <inheritdoc cref="Of(byte[], FrameBatch?)"/>
    public static (List<string> Frames, string? Problem) Of(Stream stream, FrameBatch? batch = null)
    {
        using var file = CaptureFile.Open(stream, "file");
        return Of(file, batch);
    }

    /// <inheritdoc cref="Of(byte[], FrameBatch?)"/>
    public static (List<string> Frames, string? Problem) Of(RecordFile file, FrameBatch? batch = null)
    {
        var log = new ObservationLog();
        ReadAll(file, log, batch);
        return (log.Lines, file.Problem);
    }

    /// <summary>Asserts the frames and the problem.</summary>
    public static void AssertIs(IEnumerable<string> frames, string? problem, (List<string> Frames, string? Problem) read)
    {
        Assert.Equal(frames, read.Frames);
        Assert.Equal(problem, read.Problem);
    }

    /// <summary>Emits every frame of a file and returns its problem.</summary>
    public static string? ReadAll(string path, IObservationSink sink)
    {
        using var file = CaptureFile.Open(path);
        ReadAll(file, sink);
        return file.Problem;
    }

    public static void ReadAll(RecordFile file, IObservationSink sink, FrameBatch? batch = null)
    {
        batch ??= new FrameBatch();
        while (file.Read(batch))
        {
            Assert.NotEqual(0, batch.Count);
            for (var i = 0; i < batch.Count; i++) sink.OnFrame(batch[i]);
        }

        Assert.Equal(0, batch.Count);
    }
}
