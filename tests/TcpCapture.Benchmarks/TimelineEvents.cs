using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>Keeps a timeline, to export it repeatedly.</summary>
internal sealed class TimelineEvents(byte[][] frames) : ITimelineSink
{
    private readonly List<TimelineEvent> _events = [];

    public int Count => _events.Count;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) => _events.Add(timelineEvent);

    /// <summary>Emits it to a sink, each segment with its frame.</summary>
    public void GiveTo(ITimelineSink sink)
    {
        foreach (var kept in _events)
        {
            if (kept.Kind != EventKind.Segment)
            {
                sink.OnEvent(kept, default);
                continue;
            }

            var bytes = frames[kept.Frame - 1];
            sink.OnEvent(kept, new Frame(kept.Time, SyntheticTraffic.LinkType, bytes.Length, bytes));
        }
    }
}
