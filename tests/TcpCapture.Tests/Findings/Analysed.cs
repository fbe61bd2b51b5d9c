using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

/// <summary>What one analysis finds in a script, called only for the events it asked for.</summary>
internal static class Analysed
{
    /// <summary>The texts of the findings.</summary>
    public static string[] Texts(IAnalysis analysis, Script script) => [.. Findings(analysis, script).Select(finding => finding.Text)];

    /// <summary>The findings.</summary>
    public static Finding[] Findings(IAnalysis analysis, Script script)
    {
        var set = new AnalysisSet([analysis]);
        script.Play(set);
        return [.. set.Findings];
    }

    /// <summary>A connection that is closed by the client, then by the server.</summary>
    public static Script Closed(this Script script) => script.Send(Side.Client, "F.").Send(Side.Server, ".").Wait(10)
        .Send(Side.Server, "F.").Send(Side.Client, ".");
}
