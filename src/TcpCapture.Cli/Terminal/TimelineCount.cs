using TcpCapture.Cli.Arguments;
using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

internal sealed class TimelineCount : ITimelineSink
{
    /// <summary>Another sink for the same events, if any.</summary>
    public ITimelineSink? Next { get; set; }

    public long Connections { get; private set; }

    /// <summary>Connects that failed without a segment: they are no connections.</summary>
    public long Attempts { get; private set; }
    public long Segments { get; private set; }
    public long Calls { get; private set; }

    public TimelineEnd End { get; private set; }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Segment) Segments++;
        if (timelineEvent.Kind == EventKind.Call) Calls++;
        Next?.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.IsAttempt) Attempts++;
        else Connections++;
        Next?.OnConnectionEnded(connection);
    }

    public void OnCompleted(in TimelineEnd end)
    {
        End = end;
        Next?.OnCompleted(end);
    }

    /// <summary><c>2 connections, 31 segments, 12 calls</c>.</summary>
    public override string ToString()
    {
        var text = $"{UnitText.Count(Connections, "connection")}, {UnitText.Count(Segments, "segment")}";
        if (Attempts > 0) text = $"{text}, {UnitText.Count(Attempts, "connect")} without a segment";
        return Calls > 0 ? $"{text}, {UnitText.Count(Calls, "call")}" : text;
    }
}
