using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>Holds the first events of a ladder and its findings, to print them after the summary.</summary>
internal sealed class LadderExcerpt(RecordingInfo info) : ITimelineSink
{
    private const int MaxEvents = 500;
    private const int MaxFindings = 100;
    private const long MaxElapsed = 90_000_000_000;

    private readonly StringWriter _text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private ITimelineSink? _ladder;
    private long _events;
    private long _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        // The summary prints findings without a connection.
        var isShown = timelineEvent.Kind == EventKind.Finding
            ? timelineEvent.Connection is not null && ++_findings <= MaxFindings
            : ++_events <= MaxEvents;
        if (!isShown) return;
        _ladder ??= Begin(timelineEvent.Time);
        _ladder.OnEvent(timelineEvent, frame);
    }

    public void OnCompleted(in TimelineEnd end) => _ladder?.OnCompleted(end);

    /// <summary>Late in a long capture, times count from the first shown event, because the ladder's time column is narrow.</summary>
    private ITimelineSink Begin(Timestamp first) =>
        Screen.Ladder(_text, first - info.Start > MaxElapsed ? info with { Start = first } : info);

    /// <summary>Prints the ladder, and refers to the rest: in the files if they hold the timeline, else --connection.</summary>
    public void Print(TextWriter output, bool isWritten)
    {
        if (_events == 0 || _ladder is null) return;
        output.WriteLine();
        output.Write(_text.ToString());
        if (_events > MaxEvents)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_events - MaxEvents:N0} more events: ")
                + (isWritten ? "see timeline.csv, report.html or 'tcpcapture show'." : "--connection writes them."));
        if (_findings > MaxFindings)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_findings - MaxFindings:N0} more findings: see timeline.csv."));
    }
}
