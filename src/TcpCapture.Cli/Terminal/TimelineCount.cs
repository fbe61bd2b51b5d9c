using TcpCapture.Cli.Arguments;
using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>Counts a timeline, and passes it on.</summary>
internal sealed class TimelineCount : ITimelineSink
{
    private readonly TimelineCounts _counts = new();

    /// <summary>Another sink for the same events, if any.</summary>
    public ITimelineSink? Next { get; set; }

    public long Segments => _counts.Segments;

    public TimelineEnd End => _counts.End;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        _counts.OnEvent(timelineEvent, frame);
        Next?.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
        _counts.OnConnectionEnded(connection);
        Next?.OnConnectionEnded(connection);
    }

    public void OnCompleted(in TimelineEnd end)
    {
        _counts.OnCompleted(end);
        Next?.OnCompleted(end);
    }

    /// <summary>What failed and what did not: <c>1 of 2 connections failed (1 abort); 1 connection closed normally</c>; or empty.</summary>
    public string Outcome => _counts.ToString();

    /// <summary><c>2 connections, 31 segments, 12 calls</c>.</summary>
    public override string ToString()
    {
        var text = $"{UnitText.Count(_counts.Connections, "connection")}, {UnitText.Count(_counts.Segments, "segment")}";
        return _counts.Calls > 0 ? $"{text}, {UnitText.Count(_counts.Calls, "call")}" : text;
    }
}
