using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Keeps the first events of a timeline and its connections, as many as it may.</summary>
internal sealed class TimelineCollector(int mostEvents) : ITimelineSink
{
    private readonly List<TimelineEvent> _events = [];
    private readonly List<ConnectionReport> _reports = [];

    public IReadOnlyList<TimelineEvent> Events => _events;

    public long EventsLeftOut { get; private set; }

    public long ConnectionsLeftOut { get; private set; }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (_events.Count < mostEvents) _events.Add(timelineEvent);
        else EventsLeftOut++;
    }

    public void OnConnectionEnded(Connection connection)
    {
    }

    public void OnReport(ConnectionReport report)
    {
        if (_reports.Count < Timeline.MostConnections) _reports.Add(report);
        else ConnectionsLeftOut++;
    }

    public IReadOnlyList<ObservedConnection> Connections(IReadOnlyList<Finding> findings)
    {
        var events = _events.Where(e => e.Connection is not null).ToLookup(e => e.Connection!.Number);
        var found = findings.Where(f => f.Connection is not null).ToLookup(f => f.Connection!.Number);
        return
        [
            .. _reports.OrderBy(r => r.Connection.Number).Select(r =>
                new ObservedConnection(r, [.. events[r.Connection.Number]], [.. found[r.Connection.Number]])),
        ];
    }
}
