using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Report;

/// <summary>Writes <c>report.html</c>: the ladder, the findings and the state diagram in one self-contained page.</summary>
// Events are written as rows of JSON between the beginning of the page and its end, so memory does not grow. A browser keeps the
// whole page in memory, so events beyond a limit are only counted. Findings have a limit of their own, since they come last.
// Beyond the limits, failed connections are kept: their events wait, in bounded memory, until the connection ends and its
// diagnosis is known. Their rows then follow later ones; data.js puts events in order.
internal sealed class HtmlReport : ITimelineSink
{
    public const int MaxEvents = 100_000; // a browser opens so many events in about a second
    public const int MaxOthers = 20_000; // the limit of connections, of SYNs and of findings, each counted separately

    /// <summary>Events that wait for the end of their connection, of all and of one; events of failures beyond the limit.</summary>
    private const int MaxHeld = 50_000;
    private const int MaxHeldOfOne = 200;
    private const int MaxLate = 50_000;

    private readonly Stream _stream;
    private readonly ReportRows _rows;
    private readonly int _maxEvents;
    private readonly int _maxOthers;
    private long _events;
    private long _connections;
    private long _syns;
    private long _findings;
    private readonly Dictionary<Connection, List<TimelineEvent>> _waiting = [];
    private long _held;
    private long _eventsWritten;
    private long _failed;

    public HtmlReport(Stream stream, RecordingInfo info, int maxEvents = MaxEvents, int maxOthers = MaxOthers)
    {
        _stream = stream;
        _maxEvents = maxEvents;
        _maxOthers = maxOthers;
        stream.Write(ReportPage.Beginning.Span);
        _rows = new ReportRows(stream, info);
    }

    /// <summary>The number of events beyond the limit, which the page leaves out.</summary>
    public long EventsLeftOut => _events - _eventsWritten;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Finding)
        {
            if (++_findings <= _maxOthers) _rows.Write(timelineEvent);
        }
        else if (++_events <= _maxEvents)
        {
            Write(timelineEvent);
        }
        else if (timelineEvent.Connection is { } connection && _held < MaxHeld)
        {
            if (!_waiting.TryGetValue(connection, out var events)) _waiting.Add(connection, events = []);
            if (events.Count >= MaxHeldOfOne) return;
            events.Add(timelineEvent);
            _held++;
        }
    }

    private void Write(in TimelineEvent timelineEvent)
    {
        _eventsWritten++;
        _rows.Write(timelineEvent);
    }

    public void OnConnectionEnded(Connection connection)
    {
        var isFailure = connection.Diagnosis.IsFailure;
        if (++_connections <= _maxOthers || (isFailure && ++_failed <= _maxOthers)) _rows.Write(connection);
        if (!_waiting.Remove(connection, out var events)) return;
        _held -= events.Count;
        if (!isFailure || _eventsWritten + events.Count > _maxEvents + MaxLate) return;
        foreach (var waiting in events) Write(waiting);
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
