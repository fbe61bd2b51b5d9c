using TcpCapture.Diagnosis;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

/// <summary>Runs one analysis on a script, with only the events it asks for.</summary>
internal static class Analysed
{
    public static string[] Texts(IAnalysis analysis, Script script) => [.. Findings(analysis, script).Select(finding => finding.Text)];

    public static Finding[] Findings(IAnalysis analysis, Script script)
    {
        var set = new AnalysisSet([analysis], _ => true);
        script.Play(new Diagnosed(set));
        return [.. set.Findings];
    }

    /// <summary>Closes the connection: first the client, then the server.</summary>
    public static Script Closed(this Script script) => script.Send(Side.Client, "F.").Send(Side.Server, ".").Wait(10)
        .Send(Side.Server, "F.").Send(Side.Client, ".");

    /// <summary>Diagnoses each connection before the analyses receive it, as the pipelines do.</summary>
    private sealed class Diagnosed(ITimelineSink sink) : ITimelineSink
    {
        private readonly Diagnoser _diagnoser = new();
        private Timestamp _latest;

        public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
        {
            _latest = Timestamp.Max(_latest, timelineEvent.Time);
            sink.OnEvent(timelineEvent, frame);
        }

        public void OnConnectionEnded(Connection connection)
        {
            _diagnoser.Diagnose(connection, _latest);
            sink.OnConnectionEnded(connection);
        }

        public void OnCompleted(in TimelineEnd end) => sink.OnCompleted(end);
    }
}
