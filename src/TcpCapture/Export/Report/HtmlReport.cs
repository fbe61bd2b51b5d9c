using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Report;

/// <summary>Writes <c>report.html</c>: the ladder, the findings and the state diagram in one self-contained page.</summary>
// Events are written as rows of JSON between the beginning of the page and its end, so memory does not grow. A browser keeps the
// whole page in memory, so events beyond a limit are only counted. Findings have a limit of their own, since they come last.
internal sealed class HtmlReport : ITimelineSink
{
    public const int MaxEvents = 100_000; // a browser opens so many events in about a second
    public const int MaxOthers = 20_000; // the limit of connections, of SYNs and of findings, each counted separately

    private readonly Stream _stream;
    private readonly ReportRows _rows;
    private readonly int _maxEvents;
    private readonly int _maxOthers;
    private long _events;
    private long _connections;
    private long _syns;
    private long _findings;

    public HtmlReport(Stream stream, RecordingInfo info, int maxEvents = MaxEvents, int maxOthers = MaxOthers)
    {
        _stream = stream;
        _maxEvents = maxEvents;
        _maxOthers = maxOthers;
        stream.Write(ReportPage.Beginning.Span);
        _rows = new ReportRows(stream, info);
    }

    /// <summary>The number of events beyond the limit, which the page leaves out.</summary>
    public long EventsLeftOut => Math.Max(0, _events - _maxEvents);

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Finding)
        {
            if (++_findings <= _maxOthers) _rows.Write(timelineEvent);
        }
        else if (++_events <= _maxEvents)
        {
            _rows.Write(timelineEvent);
        }
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (++_connections <= _maxOthers) _rows.Write(connection);
    }

    public void OnSyn(SynAttempt attempt)
    {
        if (++_syns <= _maxOthers) _rows.Write(attempt);
    }

    public void OnCompleted(in TimelineEnd end)
    {
        _rows.Finish(end.End, end.CutOff, end.Missing, new ReportTotals(_events, _connections, _syns, _findings));
        _stream.Write(ReportPage.Ending.Span);
    }
}
