namespace TcpCapture.Findings;

/// <summary>Connections that both ends opened.</summary>
internal sealed class Opening : IAnalysis
{
    private readonly FindingList _findings = new("crossed SYNs");

    public AnalysisInterest Interest => AnalysisInterest.None;

    public IEnumerable<Finding> Findings => _findings;

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.CrossingSyn == 0) return;
        var outcome = connection.Established is null
            ? "no connection came of it"
            : "they made one connection, without a listener (RFC 9293 section 3.5); the client is the end whose SYN was seen first";
        _findings.Add(connection, connection.CrossingSyn, $"Both ends opened, and their SYNs crossed: {outcome}.");
    }
}
