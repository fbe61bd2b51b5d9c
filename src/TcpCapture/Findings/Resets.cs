using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>Why each reset connection was reset.</summary>
/// <param name="fromCapture">True if only segments are known, no calls.</param>
internal sealed class Resets(bool fromCapture = false) : IAnalysis
{
    private readonly FindingList _findings = new("resets", isTrouble: true);

    public AnalysisInterest Interest => AnalysisInterest.None;

    public IEnumerable<Finding> Findings => _findings;

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.Reset is not { } reset) return;
        var verb = connection.Established is null ? "refused" : "reset";
        _findings.Add(connection, reset.Event,
            $"The {reset.By.ToText()} {verb} the connection (frame {reset.Frame}, {reset.Cause.ToText()}; {Basis(reset)}):"
                + $" {reset.Because}.");
    }

    /// <summary>The evidence of the verdict, which determines its reliability.</summary>
    private string Basis(ResetVerdict reset) => reset switch
    {
        { Reason: null, Confidence: ResetConfidence.Likely } => "likely, by its segments alone",
        { Reason: null, Cause: ResetCause.Unknown } when fromCapture => "cannot be told from the segments",
        { Reason: null, Cause: ResetCause.Unknown } => "cannot be told from segments and calls",
        { Reason: null } => fromCapture ? "judged by the segments" : "judged by segments and calls",
        { Agrees: true } => $"the kernel says {reset.Reason}",
        _ => $"the kernel says {reset.Reason}, which segments and calls alone would not have told",
    };
}
