using TcpCapture.CaptureFiles.Pcap;
using TcpCapture.Correlation;
using TcpCapture.Export.Csv;
using TcpCapture.Export.PcapNg;
using TcpCapture.Export.Report;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Output;

/// <summary>The files of an output folder, written in one pass and published together when all are complete.</summary>
// A recording has its whole timeline, connections and SYNs. Capture files have connections, SYNs, round trips and marks, and the
// timeline of chosen connections only.
internal sealed class OutputFiles : IConnectionSink, IMarkSink, IDisposable
{
    private readonly string _folder;
    private readonly bool _isOfCaptures;
    private readonly Predicate<int> _isChosen;
    private readonly List<StagedFile> _files = [];
    private readonly List<StagedFile> _ofTimeline = [];
    private readonly List<ITimelineSink> _timeline = [];
    private readonly List<IConnectionSink> _rows = [];
    private readonly TimelinePcapNg? _pcapng;
    private readonly HtmlReport? _page;
    private readonly MarksCsv? _marks;

    /// <exception cref="IOException">A file cannot be created.</exception>
    // isChosen: true for the number of a connection in the timeline; null for all of a recording or none of capture files.
    public OutputFiles(string folder, RecordingInfo info, Predicate<int>? isChosen = null)
    {
        _folder = folder;
        _isOfCaptures = info.Captures is not null;
        _isChosen = isChosen ?? (_ => !_isOfCaptures);
        try
        {
            _rows.Add(new ConnectionsCsv(Stage(OutputNames.Connections, _files), info.Whole));
            _rows.Add(new SynRetransmitsCsv(Stage(OutputNames.SynRetransmits, _files), info.HasTimes));
            if (_isOfCaptures)
            {
                _rows.Add(new RoundTripsCsv(Stage(OutputNames.RoundTrips, _files)));
                _rows.Add(_marks = new MarksCsv(Stage(OutputNames.Marks, _files), info.Start));
                if (isChosen is null) return;
            }

            _timeline.Add(new TimelineCsv(Stage(OutputNames.Timeline, _ofTimeline), info.Start));
            _timeline.Add(_pcapng = new TimelinePcapNg(Stage(OutputNames.PcapNg, _ofTimeline), info));
            _timeline.Add(_page = new HtmlReport(Stage(OutputNames.Report, _ofTimeline), info));
            if (!_isOfCaptures) _timeline.Add(new CapturedFrames(Stage(OutputNames.Capture, _ofTimeline), info));
            if (info.Peer is not null) _timeline.Add(new DelaysCsv(Stage(OutputNames.Delays, _ofTimeline)));
        }
        catch
        {
            Dispose(); // the files created before the failure
            throw;
        }
    }

    /// <summary>The files about an existing recording: rows, and the timeline of the chosen connections; null for none.</summary>
    /// <exception cref="IOException">A file cannot be created.</exception>
    public static OutputFiles About(string folder, RecordingInfo info, Predicate<int>? isChosen) => new(isChosen, folder, info);

    private OutputFiles(Predicate<int>? isChosen, string folder, RecordingInfo info)
    {
        _folder = folder;
        _isOfCaptures = true; // only what was chosen is published, and other files stay
        _isChosen = isChosen ?? (_ => false);
        try
        {
            _rows.Add(new ConnectionsCsv(Stage(OutputNames.Connections, _files), info.Whole));
            _rows.Add(new SynRetransmitsCsv(Stage(OutputNames.SynRetransmits, _files), info.HasTimes));
            if (isChosen is null) return;
            _timeline.Add(new TimelineCsv(Stage(OutputNames.Timeline, _ofTimeline), info.Start));
            _timeline.Add(_page = new HtmlReport(Stage(OutputNames.Report, _ofTimeline), info));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The sinks for the timeline of the chosen connections.</summary>
    public IReadOnlyList<ITimelineSink> Timeline => _timeline;

    /// <summary>The sink for the observations of a recording, which become the new recording.</summary>
    public IObservationSink? Observations => _pcapng;

    public long Chosen { get; private set; } // the number of connections in the timeline

    /// <summary>The number of events that are not in the report.</summary>
    public long LeftOutOfReport => _page?.EventsLeftOut ?? 0;

    public void OnSyn(SynAttempt attempt)
    {
        foreach (var sink in _rows) sink.OnSyn(attempt);
        if (_isChosen(attempt.Connection)) _page?.OnSyn(attempt);
    }

    public void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks) =>
        _marks?.OnMarked(connection, side, time, frame, marks);

    public void OnConnectionEnded(Connection connection)
    {
        foreach (var sink in _rows) sink.OnConnectionEnded(connection);
        if (_isChosen(connection.Number)) Chosen++;
    }

    public void OnCompleted(in TimelineEnd end)
    {
        foreach (var sink in _rows) sink.OnCompleted(end);
    }

    /// <summary>Renames every file to its final name; the timeline of capture files only if a chosen connection exists.</summary>
    /// <exception cref="IOException">A file cannot be completed.</exception>
    public void Publish()
    {
        StagedFile[] wanted = Chosen > 0 || !_isOfCaptures ? [.. _ofTimeline, .. _files] : [.. _files];
        foreach (var file in wanted) file.Finish();
        foreach (var file in wanted) file.Publish();
        // A merged recording that was replaced left its delays.
        if (!_isOfCaptures && !_timeline.Exists(sink => sink is DelaysCsv)) File.Delete(Path.Combine(_folder, OutputNames.Delays));
    }

    /// <summary>Deletes the files that were not published.</summary>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        foreach (var file in _ofTimeline) file.Dispose();
    }

    private FileStream Stage(string name, List<StagedFile> files)
    {
        var file = new StagedFile(Path.Combine(_folder, name));
        files.Add(file);
        return file.Stream;
    }

    /// <summary>Writes <c>capture.pcap</c>; the frame number in the file is the <c>frame</c> of an event.</summary>
    private sealed class CapturedFrames(Stream stream, RecordingInfo info) : ITimelineSink
    {
        private readonly PcapWriter _file = new(stream, info.LinkType, Math.Max(info.Snaplen, 1));

        public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
        {
            if (timelineEvent.Kind is EventKind.Segment or EventKind.Icmp) _file.Write(frame);
        }
    }
}

internal static class OutputNames
{
    public const string Timeline = "timeline.csv";
    public const string Connections = "connections.csv";
    public const string SynRetransmits = "syn-retransmits.csv";
    public const string Capture = "capture.pcap";
    public const string PcapNg = Recording.FileName;
    public const string Report = "report.html";

    public const string Delays = "delays.csv"; // of a merged recording only
    public const string RoundTrips = "round-trips.csv"; // of capture files only
    public const string Marks = "marks.csv"; // of capture files only

    /// <summary>The files of every recording, in the order in which they are listed.</summary>
    public static IReadOnlyList<string> OfRecording { get; } = [Timeline, Connections, SynRetransmits, Capture, PcapNg, Report];
}
