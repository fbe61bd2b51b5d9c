using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TcpCapture.Decoding;
using TcpCapture.Export.Output;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>
/// Analyses capture files in one pass, in memory bounded by open connections. Capture files hold neither calls nor samples, so
/// every state is inferred.
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

    /// <summary>Opens pcap and pcapng files, plain or compressed with gzip or Zstandard, merged by time.</summary>
    /// <param name="paths">The files, at least one; "-" for standard input.</param>
    /// <param name="verifiesChecksums">
    /// Skip segments with a wrong TCP checksum, as their receivers did. A checksum left to the network card is not wrong.
    /// </param>
    /// <param name="stop">Ends the analysis early, as if the files ended there.</param>
    /// <exception cref="TcpCaptureException">A file cannot be read at all.</exception>
    public static CaptureAnalysis Open(IReadOnlyList<string> paths, bool verifiesChecksums = false, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        return new CaptureAnalysis(new CaptureSource(paths, verifiesChecksums, stop));
    }

    /// <summary>Opens a capture file for a number of worker threads.</summary>
    internal static CaptureAnalysis Open(string path, int workers) => new(new CaptureSource([path], false, default) { Workers = workers });

    /// <summary>Facts about the files: the time and link type of the first frame.</summary>
    public RecordingInfo Info => _source.Info;

    /// <summary>Only connections that match are ranked; null for all. Set it before the analysis runs.</summary>
    public ConnectionFilter? Filter { get; set; }

    /// <summary>The order of <see cref="CaptureSummary.Top"/>. Set it before the analysis runs.</summary>
    public ConnectionOrder Order { get; set; } = ConnectionOrder.Trouble;

    /// <summary>The maximum number of connections in <see cref="CaptureSummary.Top"/>, from 0; they are kept in memory.</summary>
    public int MaxTop { get; set; } = 20;

    /// <summary>Bytes read so far, as stored: compressed files count compressed. May be read on any thread.</summary>
    public long BytesRead => _source.Files.Position;

    /// <summary>Size of all files in bytes; null if one is a pipe. May be read on any thread.</summary>
    public long? TotalBytes => _source.Files.Length;

    /// <summary>Frames analysed so far. May be read on any thread.</summary>
    public long FramesRead => _source.Tally.Frames;

    /// <summary>Analyses without writing files.</summary>
    /// <param name="onConnection">Called for each connection when it has ended or the files have.</param>
    /// <param name="sinks">Receive the whole timeline. Without sinks the analysis is much faster.</param>
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
            await foreach (var connection in connections.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return connection;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await analysis.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Chooses connections by facts known only at their end. A second analysis of the same files can write their timeline:
    /// connections have the same numbers in both.
    /// </summary>
    /// <param name="wanted">Called for each connection when it has ended or the files have.</param>
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

    /// <summary>Analyses and writes files: a row per connection and per SYN, and the timeline of chosen connections.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="chosen">The connections whose timeline is written.</param>
    /// <param name="onConnection">Called for each connection, chosen or not, when it has ended or the files have.</param>
    /// <param name="ofChosen">Also receive the timeline of the chosen connections.</param>
    /// <param name="ofAll">Receive the whole timeline, which costs time.</param>
    /// <exception cref="TcpCaptureException">A file can no longer be read, or the folder cannot be written.</exception>
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
            ITimelineSink[] sinks = chosen.IsNone
                ? [.. ofAny]
                : [.. ofAny, new ChosenEvents(chosen, [.. files.Timeline, .. ofChosen ?? []])];
            var summary = Run(
                new PipelineOutputs
                {
                    Timeline = sinks,
                    Connections = [files],
                    Marks = files,
                    NeedsSegments = ofAny.Count > 0 ? null : chosen.Includes,
                    IsChosen = chosen.Count is > 0 and <= FindingOrder.MaxChosen ? chosen.Includes : null,
                },
                onConnection);
            files.Publish();
            return summary with { Chosen = files.Chosen, LeftOutOfReport = files.LeftOutOfReport };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"The files could not be written to {folder.Path} ({error.Message}): make room or name another folder.", error);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _source.Dispose();

    private CaptureSummary Run(PipelineOutputs outputs, Action<Connection>? onConnection)
    {
        if (_hasRun) throw new InvalidOperationException("A capture is analysed once: open it again.");
        _hasRun = true;
        var count = new ConnectionCount(Filter, new ConnectionRanking(Order, MaxTop), onConnection);
        var findings = CapturePipeline.Run(_source, outputs with { Connections = [.. outputs.Connections, count] });
        var tally = _source.Tally;
        return new CaptureSummary
        {
            FileNames = _source.Files.Names,
            StoredBytes = _source.Files.Position,
            Start = Info.Start,
            HasTimes = Info.HasTimes,
            Dropped = _source.Dropped,
            End = count.End!.Time,
            Frames = tally.Frames,
            Segments = tally.Of(DecodeResult.Segment),
            IcmpErrors = tally.Of(DecodeResult.IcmpError) + tally.Of(DecodeResult.IcmpWithoutQuote),
            UnmatchedIcmpErrors = count.UnmatchedIcmp,
            NotTcp = tally.Of(DecodeResult.NotTcp),
            Fragments = tally.Of(DecodeResult.Fragment),
            Malformed = tally.Of(DecodeResult.Malformed),
            Aggregates = tally.Of(DecodeResult.Aggregate),
            Corrupt = tally.Corrupt,
            Undecoded = tally.Of(DecodeResult.UnsupportedLinkType),
            UndecodedLinkTypes = _source.UndecodedLinkTypes,
            UndecodedProtocols = _source.UndecodedProtocols,
            Totals = count.Totals,
            Top = count.Ranking.First,
            Matching = count.Ranking.Count,
            IsInterrupted = count.End.Outcome == RecordingOutcome.Interrupted,
            Remarks = [.. _source.Remarks],
            Findings = findings,
        };
    }

    /// <summary>Counts and ranks the connections, and passes them to the caller.</summary>
    private sealed class ConnectionCount(ConnectionFilter? filter, ConnectionRanking ranking, Action<Connection>? onConnection)
        : IConnectionSink
    {
        public ConnectionRanking Ranking => ranking;

        public ConnectionTotals Totals { get; } = new();
        public RecordingEnd? End { get; private set; }

        public void OnConnectionEnded(Connection connection)
        {
            Totals.Add(connection);
            if (filter?.Matches(connection) != false) ranking.Add(connection);
            onConnection?.Invoke(connection);
        }

        public long UnmatchedIcmp { get; private set; }

        public void OnCompleted(in TimelineEnd end) => (End, UnmatchedIcmp) = (end.End, end.UnmatchedIcmp);
    }
}
