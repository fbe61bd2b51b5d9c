using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Analysis;

/// <summary>Makes a report of each connection when it has ended.</summary>
internal sealed class ConnectionReports : IAnalysis
{
    private readonly Dictionary<int, ConnectionHistory> _open = [];

    /// <summary>Told of each connection when it has ended.</summary>
    public event Action<ConnectionReport>? Reported;

    public IEnumerable<Finding> Findings => [];

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: true, Connection: { } connection, Side: { } side }) return;
        if (!_open.TryGetValue(connection.Number, out var history)) _open.Add(connection.Number, history = new ConnectionHistory());
        history.Add(side, timelineEvent.Segment, timelineEvent.IsRetransmission);
    }

    public void OnConnectionEnded(Connection connection)
    {
        _open.Remove(connection.Number, out var history);
        history ??= new ConnectionHistory();
        Reported?.Invoke(new ConnectionReport(
            connection, history.ConnState(), history.Letters, history.Completeness, ClosedBy(connection)));
    }

    private static string ClosedBy(Connection connection) => connection.FirstToFinish switch
    {
        null => "nobody",
        _ when connection.FinsCrossed => "both",
        { } side => side.ToText(),
    };
}
