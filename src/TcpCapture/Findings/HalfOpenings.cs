using TcpCapture.Correlation.Segments;

namespace TcpCapture.Findings;

/// <summary>Half-open connections that were discovered (RFC 9293 section 3.5.1), and why the client sent an RST.</summary>
internal sealed class HalfOpenings : IAnalysis
{
    private const int MaxReported = 1000;

    private readonly List<Connection> _discovered = [];
    private long _more;

    public AnalysisInterest Interest => AnalysisInterest.None;

    /// <summary>Built at the end, when the outcome of the new connection is known.</summary>
    public IEnumerable<Finding> Findings
    {
        get
        {
            foreach (var old in _discovered)
                if (old.HalfOpen is { } found)
                    yield return new Finding(old, found.Reset, Describe(old, found)) { IsTrouble = true };
            if (_more > 0) yield return new Finding(null, 0, $"{_more} more half-open connections were discovered so.");
        }
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.HalfOpen is null) return;
        if (_discovered.Count < MaxReported) _discovered.Add(connection);
        else _more++;
    }

    private static string Describe(Connection old, HalfOpenDiscovery discovery) =>
        $"Why the client sent an RST: its SYN for connection {discovery.New.Number} (event {discovery.Syn}) reached the server's"
        + $" old socket, which still held connection {old.Number} and answered with that connection's ACK"
        + $" (event {discovery.Ack}, a challenge ACK: RFC 5961 section 4.2). "
        + "To a client in SYN_SENT this acknowledges nothing it has sent, so it must answer with an RST of that number "
        + $"(event {discovery.Reset}; RFC 9293 section 3.5.1). That ended the old socket"
        + (discovery.New.Established is null ? "." : $", and connection {discovery.New.Number} was opened with the SYN sent again.");
}
