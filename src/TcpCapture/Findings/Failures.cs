namespace TcpCapture.Findings;

/// <summary>What went wrong with each connection.</summary>
internal sealed class Failures : IAnalysis
{
    private readonly FindingList _failures = new("failures", isTrouble: true);
    private readonly FindingList _probes = new("probes");

    private readonly FindingList _remarks = new("what is unusual");

    public AnalysisInterest Interest => AnalysisInterest.None;

    public IEnumerable<Finding> Findings => _failures.Concat(_probes).Concat(_remarks);

    public void OnConnectionEnded(Connection connection)
    {
        var diagnosis = connection.Diagnosis;
        if (diagnosis.Remarks.Count > 0)
            foreach (var remark in diagnosis.Remarks) _remarks.Add(connection, 0, $"{remark}");
        if (diagnosis.What.Length == 0) return;
        (diagnosis.IsFailure ? _failures : _probes).Add(connection, diagnosis.Event, $"{diagnosis}");
    }
}
