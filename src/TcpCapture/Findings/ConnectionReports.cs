using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Diagnosis;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture.Findings;

/// <summary>Makes a report of each connection when it has ended.</summary>
internal sealed class ConnectionReports : IAnalysis
{
    /// <summary>Told of each connection when it has ended.</summary>
    public event Action<ConnectionReport>? Reported;

    public AnalysisInterest Interest => AnalysisInterest.None;

    public IEnumerable<Finding> Findings => [];

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
    }

    public void OnConnectionEnded(Connection connection)
    {
        var track = connection.Track;
        Reported?.Invoke(new ConnectionReport(
            connection, track.Zeek.ConnState(), track.Zeek.Letters, track.Wireshark.Completeness, ClosedBy(connection)));
    }

    private static string ClosedBy(Connection connection) => connection.FirstToFinish switch
    {
        null => "nobody",
        _ when connection.FinsCrossed => "both",
        { } side => side.ToText(),
    };
}
