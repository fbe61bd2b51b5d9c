using System.Globalization;
using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Capture files as the source of a timeline: there are segments and nothing else, and they stand in order.</summary>
internal sealed class CaptureSource : IDisposable
{
    private readonly CaptureFileSet _files;
    private readonly BatchPipeline _batches;
    private readonly CancellationToken _stop;

    /// <param name="paths">The files.</param>
    /// <param name="verifiesChecksums">True if segments with a wrong checksum are left out.</param>
    /// <param name="stop">Ends the reading early, as if the files ended there.</param>
    /// <exception cref="TcpCaptureException">One of them cannot be read.</exception>
    public CaptureSource(IReadOnlyList<string> paths, bool verifiesChecksums, CancellationToken stop)
    {
        _stop = stop;
        _files = CaptureFileSet.Open(paths);
        try
        {
            _batches = new BatchPipeline(_files, verifiesChecksums);
        }
        catch
        {
            _files.Dispose();
            throw;
        }

        var first = _batches.First;
        Info = new RecordingInfo
        {
            Captures = _files.Names,
            Tool = RecordingInfo.ThisVersion,
            Scenario = paths.Count == 1 ? Path.GetFileName(_files.Names[0]) : $"{Path.GetFileName(_files.Names[0])} and {paths.Count - 1} more",
            Start = first.Count > 0 ? first[0].Time : default,
            LinkType = first.Count > 0 ? first[0].LinkType : LinkTypes.Ethernet,
            Snaplen = MostBytes,
            StateSourceReason = "these captures were made by others: states follow from the segments",
        };
    }

    /// <summary>The files.</summary>
    public CaptureFileSet Files => _files;

    /// <summary>What the frames held, so far.</summary>
    public CaptureTally Tally { get; } = new();

    /// <summary>On how many threads connections may be followed: with more than a core each, threads would only wait for another.</summary>
    public int Workers { get; init; } = Math.Min(Environment.ProcessorCount, Lanes.Count);

    public RecordingInfo Info { get; }

    public string? Missing => _files.Problems is { Count: > 0 } problems ? string.Join(' ', problems) : null;

    public IEnumerable<string> Remarks
    {
        get
        {
            foreach (var problem in _files.Problems) yield return problem;
            if (Tally.Corrupt > 0)
                yield return $"{Frames(Tally.Corrupt)} left out, for the checksum of the segment is wrong: the first is frame {Tally.FirstCorrupt}.";
            if (Tally.Of(DecodeResult.Malformed) is > 0 and var malformed)
                yield return $"{Frames(malformed)} could not be read, for a header contradicts itself or is cut: the first is frame {Tally.FirstOf(DecodeResult.Malformed)}.";
            if (Tally.Of(DecodeResult.Fragment) is > 0 and var fragments)
                yield return $"{Frames(fragments)} with an IP fragment left out, for the segment in it is not whole: the first is frame {Tally.FirstOf(DecodeResult.Fragment)}.";
            if (Tally.Of(DecodeResult.Aggregate) is > 0 and var aggregates)
                yield return $"{Frames(aggregates)} left out, for several are in one (IEEE 802.11 A-MSDU): the first is frame {Tally.FirstOf(DecodeResult.Aggregate)}.";
            if (Tally.Of(DecodeResult.UnsupportedLinkType) is > 0 and var undecoded)
                yield return $"{Frames(undecoded)} left out, for the link type cannot be decoded ({string.Join(", ", UndecodedLinkTypes)}): the first is frame {Tally.FirstOf(DecodeResult.UnsupportedLinkType)}.";
            if (_files.FirstBackwards is { } step)
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{_files.TimesBackwards} frames are earlier than the one before them, the first is frame {step.Frame} of {step.File} ({(step.From - step.To) / 1e9:0.#########} s): they were taken in the order of the file.");
            }
        }
    }

    /// <summary>Link types that cannot be decoded, by name where there is one.</summary>
    public IReadOnlyList<string> UndecodedLinkTypes => [.. Tally.Undecoded.Select(LinkTypeNames.Of)];

    /// <summary>Reads all batches, or those until it is cancelled.</summary>
    /// <param name="workers">Threads that process each batch.</param>
    /// <param name="process">Called with the worker's number, on its thread.</param>
    /// <param name="complete">Called when all workers are done with a batch, one batch at a time in the order of the files.</param>
    /// <returns>How it ended.</returns>
    public RecordingEnd Read(int workers, Action<int, DecodedBatch> process, Action<DecodedBatch> complete)
    {
        var last = Info.Start;
        _batches.Run(workers, process, Complete, helps: Environment.ProcessorCount > 1, _stop);
        return new RecordingEnd { Time = last, Frames = Tally.Frames, Outcome = _stop.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed };

        void Complete(DecodedBatch batch)
        {
            Tally.Add(batch.Tally);
            last = Timestamp.Max(last, batch.Frames.Entries[^1].Time);
            complete(batch);
        }
    }

    public void Dispose()
    {
        _batches.Dispose();
        _files.Dispose();
    }

    private static string Frames(long count) => count == 1 ? "1 frame" : string.Create(CultureInfo.InvariantCulture, $"{count} frames");

    private const int MostBytes = 262_144;
}
