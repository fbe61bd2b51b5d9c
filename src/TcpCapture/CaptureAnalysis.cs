using TcpCapture.Analysis;
using TcpCapture.Capture;
using TcpCapture.Capture.Files;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>
/// Captures made by others, analysed as recordings are: in one pass, in memory bounded by open connections. There are no calls
/// and no looks at sockets, so every state is inferred.
/// </summary>
/// <example><code>
/// using var analysis = CaptureAnalysis.Open(["capture.pcapng"]);
/// var summary = analysis.Run(report => Console.WriteLine($"{report.Connection.Client.Address}: {report.ConnState}"));
/// </code></example>
public sealed class CaptureAnalysis : IDisposable
{
    private readonly CaptureSource _source;
    private bool _hasRun;

    private CaptureAnalysis(CaptureSource source) => _source = source;

    /// <summary>Opens capture files, as one capture in the order of time: pcap and pcapng, also compressed by gzip or zstd.</summary>
    /// <param name="paths">The files, at least one; "-" for standard input.</param>
    /// <exception cref="CaptureFileException">One of them cannot be read at all.</exception>
    public static CaptureAnalysis Open(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        return new CaptureAnalysis(new CaptureSource(paths));
    }

    /// <summary>What stands for a recording's header: the time of the first frame, its link type.</summary>
    public RecordingInfo Info => _source.Info;

    /// <summary>How far it has come. May be asked from another thread.</summary>
    public CaptureProgress Progress => new(_source.Files.Position, _source.Files.Length);

    /// <summary>Analyses without writing files.</summary>
    /// <param name="onConnection">Told of each connection when it has ended, or the files have; null: nobody is.</param>
    /// <param name="sinks">Take the whole timeline; with none, only what connections need is made.</param>
    /// <exception cref="CaptureFileException">A file can no longer be read.</exception>
    /// <exception cref="InvalidOperationException">It has run already.</exception>
    public CaptureSummary Run(Action<ConnectionReport>? onConnection = null, params IReadOnlyList<ITimelineSink> sinks)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        return Run(new TimelinePass(_source, sinks, isTold: sinks.Count > 0 ? null : _ => false), onConnection);
    }

    /// <summary>Analyses and leaves files: a row a connection, a row a SYN, and the timeline of the connections chosen.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="chosen">The connections whose timeline is written.</param>
    /// <param name="onConnection">Told of each connection when it has ended, or the files have; null: nobody is.</param>
    /// <param name="sinks">Take the timeline of the connections chosen, too.</param>
    /// <exception cref="CaptureFileException">A file can no longer be read.</exception>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    /// <exception cref="InvalidOperationException">It has run already.</exception>
    public CaptureSummary Run(
        OutputFolder folder, ConnectionChoice chosen, Action<ConnectionReport>? onConnection = null, params IReadOnlyList<ITimelineSink> sinks)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(sinks);
        try
        {
            using var files = new AnalysisFiles(folder.Path, Info, !chosen.IsNone);
            ITimelineSink[] told = [.. files.Sinks, .. sinks];
            if (chosen.Numbers is { } numbers) told = [.. told.Select(sink => new TimelineSelection(sink) { Connections = numbers })];
            var pass = new TimelinePass(_source, chosen.IsNone ? [] : told, isTold: chosen.Includes);
            pass.Attempted += attempt => files.Write(attempt, chosen.Includes(attempt.Connection));
            var summary = Run(pass, report =>
            {
                files.Write(report, chosen.Includes(report.Connection.Number));
                onConnection?.Invoke(report);
            });
            files.Finish(_source.End);
            return summary;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"The files could not be written to {folder.Path} ({error.Message}): make room or name another folder.", error);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _source.Dispose();

    private CaptureSummary Run(TimelinePass pass, Action<ConnectionReport>? onConnection)
    {
        if (_hasRun) throw new InvalidOperationException("A capture is analysed once: open it again.");
        _hasRun = true;
        var connections = 0L;
        pass.Reported += report =>
        {
            connections++;
            onConnection?.Invoke(report);
        };
        var findings = pass.Run();
        var tally = _source.Tally;
        return new CaptureSummary
        {
            Start = Info.Start,
            End = _source.End!.Time,
            Frames = tally.Frames,
            Segments = tally.Of(DecodeResult.Segment),
            NotTcp = tally.Of(DecodeResult.NotTcp),
            Fragments = tally.Of(DecodeResult.Fragment),
            Malformed = tally.Of(DecodeResult.Malformed),
            Undecoded = tally.Of(DecodeResult.UnsupportedLinkType),
            LinkTypes = _source.Files.LinkTypes,
            Connections = connections,
            Remarks = [.. _source.Remarks],
            Findings = findings,
        };
    }
}
