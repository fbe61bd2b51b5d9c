using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>Counts what a timeline holds.</summary>
internal sealed class TimelineCount : ITimelineSink
{
    /// <summary>Sees the timeline too; null: nobody does.</summary>
    public ITimelineSink? Next { get; set; }

    public long Connections { get; private set; }

    public long Segments { get; private set; }

    public long Calls { get; private set; }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Segment) Segments++;
        if (timelineEvent.Kind == EventKind.Call) Calls++;
        Next?.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
        Connections++;
        Next?.OnConnectionEnded(connection);
    }

    public void OnCompleted(in TimelineEnd end) => Next?.OnCompleted(end);

    /// <summary><c>2 connections, 31 segments, 12 calls</c>.</summary>
    public override string ToString()
    {
        var text = $"{Say(Connections, "connection")}, {Say(Segments, "segment")}";
        return Calls > 0 ? $"{text}, {Say(Calls, "call")}" : text;
    }

    private static string Say(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
