using System.Globalization;
using TcpCapture.Export.Ladder;
using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>The ladder of some connections, kept to be printed after the summary: its first events, and every finding.</summary>
internal sealed class LadderExcerpt : ITimelineSink
{
    private const int MostEvents = 500;
    private const int MostFindings = 100;
    private const long LongestElapsed = 90_000_000_000;

    private readonly StringWriter _text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly RecordingInfo _info;
    private LadderPrinter? _ladder;
    private long _events;
    private long _findings;

    /// <param name="info">What the ladder's head says.</param>
    public LadderExcerpt(RecordingInfo info) => _info = info;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        // What is about the whole is said with the summary.
        var isShown = timelineEvent.Kind == EventKind.Finding ? timelineEvent.Connection is not null && ++_findings <= MostFindings : ++_events <= MostEvents;
        if (!isShown) return;
        _ladder ??= Begin(timelineEvent.Time);
        _ladder.OnEvent(timelineEvent, frame);
    }

    public void OnCompleted(in TimelineEnd end) => _ladder?.OnCompleted(end);

    /// <summary>Late in a long capture, times count from the first event that is shown: a ladder has no room for the microseconds of a day.</summary>
    private LadderPrinter Begin(Timestamp first) =>
        new(_text, first - _info.Start > LongestElapsed ? _info with { Start = first } : _info, Screen.Ladder);

    /// <summary>Prints it; nothing if nothing happened.</summary>
    /// <param name="output">Where.</param>
    /// <param name="isWritten">The whole of it is in the files.</param>
    public void Print(TextWriter output, bool isWritten)
    {
        if (_events == 0 || _ladder is null) return;
        output.WriteLine();
        output.Write(_text.ToString());
        if (_events > MostEvents)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_events - MostEvents:N0} more events: {(isWritten ? "timeline.csv, report.html and 'tcpcapture show' have them" : "--connection writes them")}."));
        if (_findings > MostFindings)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_findings - MostFindings:N0} more findings: timeline.csv has them."));
    }
}
