using TcpCapture.Analysis;
using TcpCapture.Correlation;
using TcpCapture.Export;
using TcpCapture.Export.PcapNg;
using TcpCapture.Export.Report;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture;

/// <summary>
/// The files that an analysis of captures leaves: a row a connection and a row a SYN always; the timeline, in its three forms, of
/// the connections chosen. Written in one pass, published together.
/// </summary>
internal sealed class AnalysisFiles : IDisposable
{
    private readonly List<StagedFile> _files = [];
    private readonly ConnectionsCsv _connections;
    private readonly SynRetransmitsCsv _syns;
    private readonly TimelineCsv? _timeline;
    private readonly TimelinePcapNg? _pcapng;
    private readonly HtmlReport? _page;

    /// <param name="folder">Where.</param>
    /// <param name="info">What the captures are.</param>
    /// <param name="withTimeline">True if connections are chosen.</param>
    public AnalysisFiles(string folder, RecordingInfo info, bool withTimeline)
    {
        try
        {
            _connections = new ConnectionsCsv(Stage(folder, "connections.csv"));
            _syns = new SynRetransmitsCsv(Stage(folder, "syn-retransmits.csv"));
            if (!withTimeline) return;
            _timeline = new TimelineCsv(Stage(folder, "timeline.csv"), info.Start);
            _pcapng = new TimelinePcapNg(Stage(folder, Recording.FileName), info);
            _page = new HtmlReport(Stage(folder, "report.html"), info);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Take the timeline of the connections chosen.</summary>
    public IEnumerable<ITimelineSink> Sinks => new ITimelineSink?[] { _timeline, _pcapng, _page }.OfType<ITimelineSink>();

    /// <summary>Writes a connection's row.</summary>
    /// <param name="report">What is known of it.</param>
    /// <param name="isChosen">It is in the timeline.</param>
    public void Write(ConnectionReport report, bool isChosen)
    {
        _connections.Write(report);
        if (isChosen) _page?.Write(report);
    }

    /// <summary>Writes a SYN's row.</summary>
    /// <param name="attempt">The SYN.</param>
    /// <param name="isChosen">Its connection is in the timeline.</param>
    public void Write(SynAttempt attempt, bool isChosen)
    {
        _syns.Write(attempt);
        if (isChosen) _page?.Write(attempt);
    }

    /// <summary>Writes every file to its end, and gives it its name.</summary>
    public void Finish(RecordingEnd? end)
    {
        _connections.Dispose();
        _syns.Dispose();
        _timeline?.Dispose();
        _pcapng?.Finish(end);
        _page?.Finish(end, null, null);
        foreach (var file in _files) file.Finish();
        foreach (var file in _files) file.Publish();
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private FileStream Stage(string folder, string name)
    {
        var file = new StagedFile(Path.Combine(folder, name));
        _files.Add(file);
        return file.Stream;
    }
}
