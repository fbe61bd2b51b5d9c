using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Pipeline;

/// <summary>A recording as the source of a timeline: its observations are put in the order of time.</summary>
internal sealed class RecordingSource(Recording recording) : ITimelineSource
{
    public RecordingInfo Info => recording.Info;

    public RecordingEnd? End => recording.End;

    public string? CutOff => recording.CutOff;

    public string? Missing => recording.Missing;

    public RecordingContents? Lost => recording.Lost;

    public long Late { get; private set; }

    public void Feed(TimelinePass pass)
    {
        var window = new ReorderWindow(pass);
        recording.Replay(window);
        window.Flush();
        Late = window.Late;
    }
}
