namespace TcpCapture.Findings;

/// <summary>Simultaneous opens: each end sent a SYN before the other's arrived.</summary>
internal sealed class Opening : IAnalysis
{
    private readonly FindingList _findings = new("crossed SYNs");

    public AnalysisInterest Interest => AnalysisInterest.None;

    public IEnumerable<Finding> Findings => _findings;

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.CrossingSyn == 0) return;
        var outcome = connection.Established is null
            ? "no connection was established"
            : "they opened one connection without a listener (RFC 9293 section 3.5); the client is the end whose SYN was seen first";
        _findings.Add(connection, connection.CrossingSyn, $"Both ends sent a SYN and the SYNs crossed: {outcome}.");
    }
}
