using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Passes on the events of chosen connections, and findings about the whole capture.</summary>
internal sealed class ChosenEvents(ConnectionChoice chosen, IReadOnlyList<ITimelineSink> sinks) : ITimelineSink
{
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        var isFinding = timelineEvent.Kind == EventKind.Finding;
        var isChosen = timelineEvent.Connection is { } connection ? chosen.Includes(connection.Number) : isFinding;
        if (!isChosen) return;
        foreach (var sink in sinks) sink.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (!chosen.Includes(connection.Number)) return;
        foreach (var sink in sinks) sink.OnConnectionEnded(connection);
    }

    public void OnCompleted(in TimelineEnd end)
    {
        foreach (var sink in sinks) sink.OnCompleted(end);
    }
}
