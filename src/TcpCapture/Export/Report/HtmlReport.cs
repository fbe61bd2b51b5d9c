using TcpCapture.Model;

namespace TcpCapture.Export.Report;

/// <summary>
/// Writes <c>report.html</c>: the ladder, the findings and the state diagram in one page that needs nothing else.
/// </summary>
/// <remarks>
/// The page's beginning, then a row of JSON an event as it comes, then the page's end with its program: nothing is kept, so
/// memory does not grow. A browser has to hold what it shows, so the events beyond a limit are counted and left out; findings
/// are written all the same, for they come last and sum up.
/// </remarks>
internal sealed class HtmlReport : ITimelineSink
{
    /// <summary>What a browser opens in about a second.</summary>
    public const int MostEvents = 100_000;

    /// <summary>Connections, SYNs and findings have their own limit, so that none of them pushes another out.</summary>
    public const int MostOfOthers = 20_000;

    private readonly Stream _stream;
    private readonly ReportRows _rows;
    private readonly int _mostEvents;
    private readonly int _mostOfOthers;
    private long _events;
    private long _connections;
    private long _syns;
    private long _findings;

    /// <summary>Starts the page.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    /// <param name="info">What was recorded.</param>
    /// <param name="maxEvents">Events beyond so many are left out.</param>
    /// <param name="mostOfOthers">Connections, SYNs and findings beyond so many of each are left out.</param>
    public HtmlReport(Stream stream, RecordingInfo info, int maxEvents = MostEvents, int mostOfOthers = MostOfOthers)
    {
        _stream = stream;
        _mostEvents = maxEvents;
        _mostOfOthers = mostOfOthers;
        stream.Write(ReportPage.Beginning.Span);
        _rows = new ReportRows(stream, info);
    }

    /// <summary>Events beyond the limit, which are not in the page.</summary>
    public long EventsLeftOut => Math.Max(0, _events - _mostEvents);

    /// <inheritdoc/>
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Finding)
        {
            if (++_findings <= _mostOfOthers) _rows.Write(timelineEvent);
        }
        else if (++_events <= _mostEvents)
        {
            _rows.Write(timelineEvent);
        }
    }

    /// <summary>Writes a connection that has ended, or will be observed no longer.</summary>
    public void OnConnectionEnded(Connection connection)
    {
        if (++_connections <= _mostOfOthers) _rows.Write(connection);
    }

    /// <summary>Writes one SYN.</summary>
    public void OnSyn(SynAttempt attempt)
    {
        if (++_syns <= _mostOfOthers) _rows.Write(attempt);
    }

    /// <summary>Writes how the recording ended, what was left out, and the rest of the page.</summary>
    public void OnCompleted(in TimelineEnd end)
    {
        _rows.Finish(end.End, end.CutOff, end.Missing, new ReportTotals(_events, _connections, _syns, _findings));
        _stream.Write(ReportPage.Ending.Span);
    }
}
