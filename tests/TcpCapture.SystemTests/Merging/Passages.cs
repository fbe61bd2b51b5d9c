using TcpCapture.Model;

namespace TcpCapture.SystemTests.Merging;

/// <summary>The frames of a merged recording and their passages.</summary>
internal sealed class Passages : List<(Timestamp Time, FramePassage Passage)>, IObservationSink
{
    private Passages() { }

    public static Passages Of(Recording merged)
    {
        var passages = new Passages();
        merged.Replay(passages);
        return passages;
    }

    public void OnFrame(in Frame frame) => Add((frame.Time, frame.Passage!));
}
