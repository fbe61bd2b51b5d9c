using TcpCapture.Export.Output;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>Analyses a recording as <see cref="CaptureAnalysis"/> does capture files, with its calls, kernel events and states.</summary>
public sealed class RecordingAnalysis
{
    private readonly Recording _recording;
    private readonly string _path;

    private RecordingAnalysis(Recording recording, string path) => (_recording, _path) = (recording, path);

    /// <summary>Opens a path that is a recording of sockets, not of capture files; null for anything else.</summary>
    /// <param name="path">The recording's file, or its folder.</param>
    public static RecordingAnalysis? TryOpen(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var file = Directory.Exists(path) ? Path.Combine(path, Recording.FileName) : path;
            return File.Exists(file) && new FileInfo(file).Length > 0 ? new RecordingAnalysis(Recording.Open(path), file) : null;
        }
        catch (TcpCaptureException)
        {
            return null; // a capture file, whose reader says what is wrong with it
        }
    }

    /// <summary>Facts about the recording.</summary>
    public RecordingInfo Info => _recording.Info;

    /// <summary>Chooses the connections of <see cref="CaptureSummary.Top"/>; null for all.</summary>
    public ConnectionFilter? Filter { get; set; }

    /// <summary>The order of <see cref="CaptureSummary.Top"/>.</summary>
    public ConnectionOrder Order { get; set; } = ConnectionOrder.Trouble;

    /// <summary>Maximum number of connections in <see cref="CaptureSummary.Top"/>.</summary>
    public int MaxTop { get; set; }

    /// <summary>Chooses connections by facts known only at their end.</summary>
    /// <param name="wanted">Called for each connection when it has ended or the recording has.</param>
    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    public ConnectionChoice Find(Predicate<Connection> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var numbers = new NumberSet();
        RecordingPipeline.Run(_recording, new PipelineOutputs { Connections = [new Each(c => { if (wanted(c)) numbers.Add(c.Number); })] });
        return ConnectionChoice.OfSet(numbers);
    }

    /// <summary>Analyses and writes the files of a recording: connections, SYNs and the timeline of the chosen connections.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="chosen">The connections whose timeline is written.</param>
    /// <param name="ofChosen">Also receive the timeline of the chosen connections.</param>
    /// <param name="ofAll">Receive the whole timeline.</param>
    /// <exception cref="TcpCaptureException">The recording is damaged, or the folder cannot be written.</exception>
    public CaptureSummary Run(
        OutputFolder folder, ConnectionChoice chosen, IReadOnlyList<ITimelineSink>? ofChosen = null,
        IReadOnlyList<ITimelineSink>? ofAll = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(chosen);
        try
        {
            using var files = OutputFiles.About(folder.Path, Info, chosen.IsNone ? null : chosen.Includes);
            var counts = new TimelineCounts { Filter = Filter, Order = Order, MaxTop = MaxTop };
            var frames = new FrameCount();
            var findings = RecordingPipeline.Run(_recording, new PipelineOutputs
            {
                Timeline = [counts, .. ofAll ?? [], new ChosenEvents(chosen, [.. files.Timeline, .. ofChosen ?? []])],
                Connections = [files],
                Observations = frames,
                IsChosen = chosen.Count is > 0 and <= FindingOrder.MaxChosen ? chosen.Includes : null,
            });
            files.Publish();
            return new CaptureSummary
            {
                FileNames = [_path],
                StoredBytes = new FileInfo(_path).Length,
                Start = Info.Start,
                End = counts.End.End?.Time ?? frames.Latest,
                HasTimes = Info.HasTimes,
                Frames = frames.Frames,
                Segments = counts.Segments,
                Dropped = (counts.End.End?.DroppedByKernel ?? 0) + (counts.End.End?.DroppedByInterface ?? 0),
                Totals = counts.Totals,
                Top = counts.Top,
                Matching = MaxTop > 0 ? counts.Matching : counts.Totals.Connections,
                Chosen = files.Chosen,
                LeftOutOfReport = files.LeftOutOfReport,
                Remarks = [.. findings.Where(finding => finding.Rank == FindingRank.Limit).Select(finding => finding.Text)],
                Findings = findings,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"The files could not be written to {folder.Path} ({error.Message}): make room or name another folder.", error);
        }
    }

    private sealed class Each(Action<Connection> action) : IConnectionSink
    {
        public void OnConnectionEnded(Connection connection) => action(connection);
    }

    private sealed class FrameCount : IObservationSink
    {
        public long Frames { get; private set; }
        public Timestamp Latest { get; private set; }

        public void OnFrame(in Frame frame)
        {
            Frames++;
            Latest = Timestamp.Max(Latest, frame.Time);
        }
    }
}
