using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Keeps the first events and connections of a timeline, up to limits.</summary>
internal sealed class TimelineCollector(int maxEvents) : ITimelineSink
{
    public const int MaxConnections = 10_000;

    private readonly List<TimelineEvent> _events = [];
    private readonly List<Connection> _connections = [];

    public IReadOnlyList<TimelineEvent> Events => _events;
    public long EventsLeftOut { get; private set; }
    public long ConnectionsLeftOut { get; private set; }

    public TimelineEnd End { get; private set; }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (_events.Count < maxEvents) _events.Add(timelineEvent);
        else EventsLeftOut++;
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (_connections.Count < MaxConnections) _connections.Add(connection);
        else ConnectionsLeftOut++;
    }

    public void OnCompleted(in TimelineEnd end) => End = end;

    /// <summary>The connections in the order of their numbers.</summary>
    public IReadOnlyList<Connection> Connections => [.. _connections.OrderBy(connection => connection.Number)];
}
