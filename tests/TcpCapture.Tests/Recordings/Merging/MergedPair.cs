using TcpCapture.Model;
using TcpCapture.Recordings.Merging;

namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>Two recordings and the merged one, in a folder that is deleted at the end.</summary>
internal sealed class MergedPair : IObservationSink, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-merge-");

    private MergedPair() { }

    public string Folder => _folder.FullName;
    public Recording Recording { get; private set; } = null!;

    /// <summary>Every frame of the merged recording.</summary>
    public List<(Timestamp Time, FramePassage Passage)> Frames { get; } = [];

    public static MergedPair Of(TwoHostTraffic traffic, bool swapped = false)
    {
        var pair = new MergedPair();
        var first = traffic.Record(0, pair.Folder, "first.pcapng");
        var second = traffic.Record(1, pair.Folder, "second.pcapng");
        return swapped ? pair.Merge(second, first) : pair.Merge(first, second);
    }

    public static MergedPair Of(Recording first, Recording second) => new MergedPair().Merge(first, second);
    public Outputs Outputs() => TcpCapture.Tests.Recordings.Outputs.Of(Recording);

    public void OnFrame(in Frame frame)
    {
        Assert.NotNull(frame.Passage);
        Frames.Add((frame.Time, frame.Passage));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private MergedPair Merge(Recording first, Recording second)
    {
        var path = Path.Combine(Folder, "merged.pcapng");
        try
        {
            new RecordingMerge(first, second, Path.Combine(Folder, "work")).Write(path);
        }
        catch
        {
            Dispose();
            throw;
        }

        Recording = Recording.Open(path);
        Recording.Replay(this);
        Assert.Empty(Directory.GetFiles(Folder, "work*"));
        return this;
    }
}
