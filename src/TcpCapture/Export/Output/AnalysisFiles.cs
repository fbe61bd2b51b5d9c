using TcpCapture.Correlation;
using TcpCapture.Export.Csv;
using TcpCapture.Export.PcapNg;
using TcpCapture.Export.Report;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Export.Output;

/// <summary>
/// The files that an analysis of captures leaves: a row a connection, a direction of it, a SYN and a
/// marked segment always; the timeline, in its three forms, of
/// the connections chosen. Written in one pass, published together.
/// </summary>
internal sealed class AnalysisFiles : IDisposable
{
    private readonly List<StagedFile> _files = [];
    private readonly ConnectionsCsv _connections;
    private readonly SynRetransmitsCsv _syns;
    private readonly RoundTripsCsv _roundTrips;
    private readonly MarksCsv _marks;
    private readonly TimelineCsv? _timeline;
    private readonly TimelinePcapNg? _pcapng;
    private readonly HtmlReport? _page;
    private readonly List<StagedFile> _ofTimeline = [];

    /// <param name="folder">Where.</param>
    /// <param name="info">What the captures are.</param>
    /// <param name="withTimeline">True if connections are chosen.</param>
    public AnalysisFiles(string folder, RecordingInfo info, bool withTimeline)
    {
        try
        {
            _connections = new ConnectionsCsv(Stage(folder, "connections.csv", _files), "capture");
            _syns = new SynRetransmitsCsv(Stage(folder, "syn-retransmits.csv", _files));
            _roundTrips = new RoundTripsCsv(Stage(folder, "round-trips.csv", _files));
            _marks = new MarksCsv(Stage(folder, "marks.csv", _files), info.Start);
            if (!withTimeline) return;
            _timeline = new TimelineCsv(Stage(folder, "timeline.csv", _ofTimeline), info.Start);
            _pcapng = new TimelinePcapNg(Stage(folder, Recording.FileName, _ofTimeline), info);
            _page = new HtmlReport(Stage(folder, "report.html", _ofTimeline), info);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Takes the segments that have marks.</summary>
    public IMarkSink Marks => _marks;

    /// <summary>Connections of the timeline.</summary>
    public long Chosen { get; private set; }

    /// <summary>Events that report.html leaves out.</summary>
    public long LeftOutOfReport => _page?.EventsLeftOut ?? 0;

    /// <summary>Take the timeline of the connections chosen.</summary>
    public IEnumerable<ITimelineSink> Sinks => new ITimelineSink?[] { _timeline, _pcapng, _page }.OfType<ITimelineSink>();

    /// <summary>Writes a connection's row.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isChosen">It is in the timeline.</param>
    public void Write(Connection connection, bool isChosen)
    {
        _connections.Write(connection);
        _roundTrips.Write(connection);
        if (!isChosen) return;
        Chosen++;
        _page?.Write(connection);
    }

    /// <summary>Writes a SYN's row.</summary>
    /// <param name="attempt">The SYN.</param>
    /// <param name="isChosen">Its connection is in the timeline.</param>
    public void Write(SynAttempt attempt, bool isChosen)
    {
        _syns.Write(attempt);
        if (isChosen) _page?.Write(attempt);
    }

    /// <summary>
    /// Writes every file to its end, and gives it its name; those of the timeline only if there was a connection of those chosen.
    /// </summary>
    public void Finish()
    {
        _connections.Dispose();
        _syns.Dispose();
        _roundTrips.Dispose();
        _marks.Dispose();
        StagedFile[] wanted = Chosen > 0 ? [.. _ofTimeline, .. _files] : [.. _files];
        foreach (var file in wanted) file.Finish();
        foreach (var file in wanted) file.Publish();
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        foreach (var file in _ofTimeline) file.Dispose();
    }

    private static FileStream Stage(string folder, string name, List<StagedFile> files)
    {
        var file = new StagedFile(Path.Combine(folder, name));
        files.Add(file);
        return file.Stream;
    }
}
