using System.Globalization;
using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Capture files as the source of a timeline: ordered segments and nothing else.</summary>
internal sealed class CaptureSource : IDisposable
{
    private readonly CaptureFileSet _files;
    private readonly BatchPipeline _batches;
    private readonly CancellationToken _stop;

    /// <exception cref="TcpCaptureException">A file cannot be read.</exception>
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
            Scenario = Path.GetFileName(_files.Names[0]) + (paths.Count == 1 ? "" : $" and {paths.Count - 1} more"),
            Start = EarliestTime(first.Entries),
            HasTimes = first.Count == 0 || HasAnyTime(first.Entries),
            LinkType = first.Count > 0 ? first[0].LinkType : LinkTypes.Ethernet,
            Snaplen = MaxSnaplen,
            StateSourceReason = "inferred from the segments of capture files",
        };
    }

    public CaptureFileSet Files => _files;
    public CaptureTally Tally { get; } = new(); // counts of the frames read so far

    /// <summary>The number of threads that follow connections; more threads than cores would only wait.</summary>
    public int Workers { get; init; } = Math.Min(Environment.ProcessorCount, Lanes.Count);

    public RecordingInfo Info { get; }
    public string? Missing => _files.Problems is { Count: > 0 } problems ? string.Join(' ', problems) : null;

    public IEnumerable<string> Remarks
    {
        get
        {
            foreach (var problem in _files.Problems) yield return problem;
            if (Tally.Corrupt > 0)
                yield return $"{Frames(Tally.Corrupt)} left out: wrong TCP checksum, first in frame {Tally.FirstCorrupt}.";
            (DecodeResult Result, string What)[] leftOut =
            [
                (DecodeResult.Malformed, "not decoded: inconsistent or truncated header"),
                (DecodeResult.Fragment, "left out: IP fragments"),
                (DecodeResult.Aggregate, "left out: IEEE 802.11 A-MSDU aggregates"),
                (DecodeResult.UnsupportedLinkType, $"left out: unsupported link type ({string.Join(", ", UndecodedLinkTypes)})"),
            ];
            foreach (var (result, what) in leftOut)
                if (Tally.Of(result) is > 0 and var count) yield return $"{Frames(count)} {what}, first in frame {Tally.FirstOf(result)}.";

            foreach (var protocol in UndecodedProtocols)
                yield return $"{Frames(protocol.Frames)} {protocol.Predicate}, first in frame {protocol.FirstFrame}.";
            if (!Info.HasTimes)
                yield return "The file has no times: nothing is concluded from intervals, durations, silences or round trips.";
            else if (_files.FramesWithoutTime is > 0 and var timeless)
                yield return $"{Frames(timeless)} without times: each counts as captured with the frame before it.";
            if (Dropped > 0)
            {
                yield return $"The capture dropped {Frames(Dropped)} ({string.Join(", ", DropsByInterface)}): segments may be missing,"
                    + " so a gap is not necessarily a loss on the network.";
            }

            if (_files.FirstBackwards is { } step)
            {
                var earlier = ((step.From - step.To) / 1e9).ToString("0.#########", CultureInfo.InvariantCulture);
                var isOne = _files.TimesBackwards == 1;
                yield return $"Times run backwards: the frames of the file are not in order. {Frames(_files.TimesBackwards)} "
                    + $"{(isOne ? "has" : "have")} a time before that of the previous frame, first frame {step.Frame} of {step.File} "
                    + $"({earlier} s earlier). They were processed in the order of the file; reordercap IN OUT sorts them.";
            }
        }
    }

    /// <summary>The number of frames that the capture itself dropped, as far as the files say so.</summary>
    public long Dropped => _files.Drops.Sum(drops => drops.Frames);

    private IEnumerable<string> DropsByInterface
    {
        get
        {
            const int maxNamed = 8;
            var all = _files.Drops;
            foreach (var (file, number, name, frames) in all.Take(maxNamed))
            {
                var named = name.Length > 0 ? $" ({name})" : "";
                var of = _files.Names.Count > 1 ? $" of {file}" : "";
                yield return string.Create(CultureInfo.InvariantCulture, $"{frames} on interface {number}{named}{of}");
            }

            if (all.Count > maxNamed) yield return $"{all.Skip(maxNamed).Sum(drops => drops.Frames)} on others";
        }
    }

    public IReadOnlyList<string> UndecodedLinkTypes => [.. Tally.Undecoded.Select(LinkTypeNames.Of)];

    /// <summary>The protocols that are not decoded although they may hold TCP.</summary>
    public IReadOnlyList<UndecodedProtocol> UndecodedProtocols =>
        [.. Tally.Opaque.Select(count => new UndecodedProtocol(OpaqueProtocols.NameOf(count.Code), count.Frames, count.First))];

    /// <summary>Reads all batches, or those before cancellation.</summary>
    // workers: the number of threads that process each batch. process: called with the worker's number, on its thread. complete:
    // called when all workers have processed a batch, in the order of the files.
    public RecordingEnd Read(int workers, Action<int, DecodedBatch> process, Action<DecodedBatch> complete)
    {
        var last = Info.Start;
        _batches.Run(workers, process, Complete, helps: Environment.ProcessorCount > 1, _stop);
        var outcome = _stop.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed;
        return new RecordingEnd { Time = last, Frames = Tally.Frames, Outcome = outcome };

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

    // Times can run backwards.
    private static Timestamp EarliestTime(ReadOnlySpan<FrameEntry> frames)
    {
        if (frames.IsEmpty) return default;
        var earliest = frames[0].Time;
        foreach (ref readonly var frame in frames) earliest = Timestamp.Min(earliest, frame.Time);
        return earliest;
    }

    private static bool HasAnyTime(ReadOnlySpan<FrameEntry> frames)
    {
        foreach (ref readonly var frame in frames)
            if (frame.Time.Nanoseconds != 0) return true;
        return false;
    }

    private const int MaxSnaplen = 262_144;
}
