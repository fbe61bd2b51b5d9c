using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Diagnosis;

/// <summary>docs/diagnosis.md explains every word of a diagnosis.</summary>
public class DocumentedCausesTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "diagnosis.md"));

    [Fact]
    public void EveryCauseIsExplained() =>
        Assert.All(DiagnosisWords.Causes.Where(cause => cause != "unknown"), cause => Assert.Contains($"`{cause}`", s_text, StringComparison.Ordinal));

    [Fact]
    public void EveryOutcomeAndConfidenceIsExplained() =>
        Assert.All(DiagnosisWords.Outcomes.Concat(DiagnosisWords.Confidences), word => Assert.Contains($"`{word}`", s_text, StringComparison.Ordinal));
}
