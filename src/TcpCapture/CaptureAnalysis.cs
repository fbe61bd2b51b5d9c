using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TcpCapture.Decoding;
using TcpCapture.Export.Output;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>
/// Captures made by others, analysed as recordings are: in one pass, in memory bounded by open connections. There are no calls
/// and no looks at sockets, so every state is inferred.
/// </summary>
/// <example><code>
/// using var analysis = CaptureAnalysis.Open(["capture.pcapng"]);
/// var summary = analysis.Run(connection => Console.WriteLine($"{connection.Client.Address}: {connection.ConnState}"));
/// </code></example>
public sealed class CaptureAnalysis : IDisposable
{
    /// <summary>Connections that <see cref="ReadConnectionsAsync"/> buffers when its reader is slower.</summary>
    private const int MaxConnectionsAhead = 1024;

    private readonly CaptureSource _source;
    private bool _hasRun;

    private CaptureAnalysis(CaptureSource source) => _source = source;

    /// <summary>Opens capture files, as one capture in the order of time: pcap and pcapng, also compressed by gzip or zstd.</summary>
    /// <param name="paths">The files, at least one; "-" for standard input.</param>
    /// <param name="verifiesChecksums">
    /// Leave out segments whose TCP checksum is wrong, as their receivers did. One that was left to the network card is not wrong.
    /// </param>
    /// <param name="stop">Ends the analysis early, as if the files ended there: what was read by then is told whole.</param>
    /// <exception cref="TcpCaptureException">One of them cannot be read at all.</exception>
    public static CaptureAnalysis Open(IReadOnlyList<string> paths, bool verifiesChecksums = false, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        return new CaptureAnalysis(new CaptureSource(paths, verifiesChecksums, stop));
    }

    /// <summary>Opens a capture file, to be followed by that many threads.</summary>
    internal static CaptureAnalysis Open(string path, int workers) => new(new CaptureSource([path], false, default) { Workers = workers });

    /// <summary>What stands for a recording's header: the time of the first frame, its link type.</summary>
    public RecordingInfo Info => _source.Info;

    /// <summary>How far it has come. May be asked from another thread.</summary>
    public CaptureProgress Progress => new(_source.Files.Position, _source.Files.Length, _source.Tally.Frames);

    /// <summary>Analyses without writing files.</summary>
    /// <param name="onConnection">Told of each connection when it has ended, or the files have; null: nobody is.</param>
    /// <param name="sinks">Take the whole timeline; with none, only what connections need is made.</param>
    /// <exception cref="TcpCaptureException">A file can no longer be read.</exception>
    /// <exception cref="InvalidOperationException">It has run already.</exception>
    public CaptureSummary Run(Action<Connection>? onConnection = null, params IReadOnlyList<ITimelineSink> sinks)
    {
        ArgumentNullException.ThrowIfNull(sinks);
        return Run(new PipelineOutputs { Timeline = sinks, NeedsSegments = sinks.Count > 0 ? null : _ => false }, onConnection);
    }

    /// <summary>Analyses on another thread and returns each connection when it has ended or the files have.</summary>
    /// <param name="cancellationToken">Ends the analysis early.</param>
    /// <exception cref="TcpCaptureException">A file can no longer be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">It has run already.</exception>
    public async IAsyncEnumerable<Connection> ReadConnectionsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var connections = Channel.CreateBounded<Connection>(new BoundedChannelOptions(MaxConnectionsAhead) { SingleReader = true });
        var analysis = Task.Run(
            () =>
            {
                Exception? failure = null;
                try
                {
                    Run(connection => connections.Writer.WriteAsync(connection, ended.Token).AsTask().GetAwaiter().GetResult());
                }
                catch (Exception error)
                {
                    failure = error; // thrown to the reader, after the connections before it
                }

                connections.Writer.Complete(failure);
            },
            CancellationToken.None);
        try
        {
            await foreach (var connection in connections.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return connection;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await analysis.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Analyses to find connections by what is known only at their end, so that a second analysis of the same files can write
    /// their timeline: numbers are the same in both.
    /// </summary>
    /// <param name="wanted">Asked of each connection when it has ended, or the files have.</param>
    /// <exception cref="TcpCaptureException">A file can no longer be read.</exception>
    /// <exception cref="InvalidOperationException">It has run already.</exception>
    public ConnectionChoice Find(Predicate<Connection> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var found = new NumberSet();
        Run(connection =>
        {
            if (wanted(connection)) found.Add(connection.Number);
        });
        return ConnectionChoice.OfSet(found);
    }

    /// <summary>Analyses and leaves files: a row a connection, a row a SYN, and the timeline of the connections chosen, if there are any.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="chosen">The connections whose timeline is written.</param>
    /// <param name="onConnection">Told of each connection, chosen or not, when it has ended, or the files have; null: nobody is.</param>
    /// <param name="ofChosen">Take the timeline of the connections chosen, too.</param>
    /// <param name="ofAll">Take the whole timeline; with one, every segment's event is made, which costs time.</param>
    /// <exception cref="TcpCaptureException">A file can no longer be read.</exception>
    /// <exception cref="TcpCaptureException">The folder cannot be written.</exception>
    /// <exception cref="InvalidOperationException">It has run already.</exception>
    public CaptureSummary Run(
        OutputFolder folder,
        ConnectionChoice chosen,
        Action<Connection>? onConnection = null,
        IReadOnlyList<ITimelineSink>? ofChosen = null,
        IReadOnlyList<ITimelineSink>? ofAll = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(chosen);
        try
        {
            using var files = new OutputFiles(folder.Path, Info, chosen.IsNone ? null : chosen.Includes);
            var ofAny = ofAll ?? [];
            ITimelineSink[] sinks = chosen.IsNone ? [.. ofAny] : [.. ofAny, new ChosenEvents(chosen, [.. files.Timeline, .. ofChosen ?? []])];
            var summary = Run(
                new PipelineOutputs
                {
                    Timeline = sinks,
                    Connections = [files],
                    Marks = files,
                    NeedsSegments = ofAny.Count > 0 ? null : chosen.Includes,
                },
                onConnection);
            files.Publish();
            return summary with { Chosen = files.Chosen, LeftOutOfReport = files.LeftOutOfReport };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"The files could not be written to {folder.Path} ({error.Message}): make room or name another folder.", error);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _source.Dispose();

    private CaptureSummary Run(PipelineOutputs outputs, Action<Connection>? onConnection)
    {
        if (_hasRun) throw new InvalidOperationException("A capture is analysed once: open it again.");
        _hasRun = true;
        var count = new ConnectionCount(onConnection);
        var findings = CapturePipeline.Run(_source, outputs with { Connections = [.. outputs.Connections, count] });
        var tally = _source.Tally;
        return new CaptureSummary
        {
            FileNames = _source.Files.Names,
            StoredBytes = _source.Files.Position,
            Start = Info.Start,
            End = count.End!.Time,
            Frames = tally.Frames,
            Segments = tally.Of(DecodeResult.Segment),
            NotTcp = tally.Of(DecodeResult.NotTcp),
            Fragments = tally.Of(DecodeResult.Fragment),
            Malformed = tally.Of(DecodeResult.Malformed),
            Aggregates = tally.Of(DecodeResult.Aggregate),
            Corrupt = tally.Corrupt,
            Undecoded = tally.Of(DecodeResult.UnsupportedLinkType),
            UndecodedLinkTypes = _source.UndecodedLinkTypes,
            Totals = count.Totals,
            IsInterrupted = count.End.Outcome == RecordingOutcome.Interrupted,
            Remarks = [.. _source.Remarks],
            Findings = findings,
        };
    }

    /// <summary>Sums up the connections and passes them to the caller.</summary>
    private sealed class ConnectionCount(Action<Connection>? onConnection) : IConnectionSink
    {
        public ConnectionTotals Totals { get; } = new();

        public RecordingEnd? End { get; private set; }

        public void OnConnectionEnded(Connection connection)
        {
            Totals.Add(connection);
            onConnection?.Invoke(connection);
        }

        public void OnCompleted(in TimelineEnd end) => End = end.End;
    }
}

/// <summary>How far an analysis has come.</summary>
/// <param name="Position">Bytes read of the files as they are stored, compressed perhaps.</param>
/// <param name="Length">Bytes of all of them; null if one is a pipe.</param>
/// <param name="Frames">Frames analysed.</param>
public readonly record struct CaptureProgress(long Position, long? Length, long Frames);
