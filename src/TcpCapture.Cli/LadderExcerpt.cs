using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Export.Ladder;
using TcpCapture.Model;

namespace TcpCapture.Cli;

/// <summary>The ladder of some connections, kept to be printed after the summary: its first events, and every finding.</summary>
internal sealed class LadderExcerpt : ITimelineSink
{
    private const int MostEvents = 500;
    private const int MostFindings = 100;

    private readonly StringWriter _text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly LadderPrinter _ladder;
    private long _events;
    private long _findings;

    /// <param name="info">What the ladder's head says.</param>
    public LadderExcerpt(RecordingInfo info) => _ladder = new LadderPrinter(_text, info, Screen.Ladder);

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        // What is about the whole is said with the summary.
        var isShown = timelineEvent.Kind == EventKind.Finding ? timelineEvent.Connection is not null && ++_findings <= MostFindings : ++_events <= MostEvents;
        if (isShown) _ladder.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
    }

    /// <summary>Prints it; nothing if nothing happened.</summary>
    /// <param name="output">Where.</param>
    /// <param name="isWritten">The whole of it is in the files.</param>
    public void Print(TextWriter output, bool isWritten)
    {
        if (_events == 0) return;
        _ladder.Finish();
        output.WriteLine();
        output.Write(_text.ToString());
        if (_events > MostEvents)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_events - MostEvents:N0} more events: {(isWritten ? "timeline.csv, report.html and 'tcpcapture show' have them" : "--connection writes them")}."));
        if (_findings > MostFindings)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_findings - MostFindings:N0} more findings: timeline.csv has them."));
    }
}
