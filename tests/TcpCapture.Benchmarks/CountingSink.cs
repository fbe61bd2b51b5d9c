using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>Only counts a timeline's events, to show that the work was done.</summary>
internal sealed class CountingSink : ITimelineSink
{
    public long Segments { get; private set; }
    public long States { get; private set; }
    public long Connections { get; private set; }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Segment) Segments++;
        else if (timelineEvent.Kind == EventKind.State) States++;
    }

    public void OnConnectionEnded(Connection connection) => Connections++;
}
