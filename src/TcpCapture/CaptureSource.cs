using System.Globalization;
using TcpCapture.Capture;
using TcpCapture.Capture.Files;
using TcpCapture.Captures;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>Capture files as the source of a timeline: there are segments and nothing else, and they stand in order.</summary>
internal sealed class CaptureSource : ITimelineSource, IDisposable
{
    private readonly CaptureFiles _files;
    private readonly DecodingThread _frames;
    private readonly CancellationToken _stop;
    private long _firstCorrupt;

    /// <param name="paths">The files.</param>
    /// <param name="verifiesChecksums">True if segments with a wrong checksum are left out.</param>
    /// <param name="stop">Ends the reading early, as if the files ended there.</param>
    /// <exception cref="CaptureFileException">One of them cannot be read.</exception>
    public CaptureSource(IReadOnlyList<string> paths, bool verifiesChecksums, CancellationToken stop)
    {
        _stop = stop;
        _files = CaptureFiles.Open(paths);
        try
        {
            _frames = new DecodingThread(_files, verifiesChecksums);
        }
        catch
        {
            _files.Dispose();
            throw;
        }

        var first = _frames.First.Frames;
        Info = new RecordingInfo
        {
            Captures = _files.Names,
            Tool = HostFacts.Tool,
            Scenario = paths.Count == 1 ? Path.GetFileName(_files.Names[0]) : $"{Path.GetFileName(_files.Names[0])} and {paths.Count - 1} more",
            Start = first.Count > 0 ? first[0].Time : default,
            LinkType = first.Count > 0 ? first[0].LinkType : LinkTypes.Ethernet,
            Snaplen = MostBytes,
            StateSourceReason = "these captures were made by others: states follow from the segments",
        };
    }

    /// <summary>The files.</summary>
    public CaptureFiles Files => _files;

    /// <summary>What the frames held, so far.</summary>
    public CaptureTally Tally { get; } = new();

    /// <summary>Segments with a wrong checksum.</summary>
    public long Corrupt { get; private set; }

    public RecordingInfo Info { get; }

    public RecordingEnd? End { get; private set; }

    public string? CutOff => null; // each file says it for itself

    public string? Missing => _files.Problems is { Count: > 0 } problems ? string.Join(' ', problems) : null;

    public long Late => 0;

    public IEnumerable<string> Remarks
    {
        get
        {
            foreach (var problem in _files.Problems) yield return problem;
            if (Corrupt > 0)
                yield return $"{Frames(Corrupt)} left out, for the checksum of the segment is wrong: the first is frame {_firstCorrupt}.";
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

    public void Feed(TimelinePass pass)
    {
        var last = Info.Start;
        using var tracks = pass.MayReportLater ? new TrackingThread(_frames, pass.Report) : null;
        if (tracks is not null) pass.ReportLater(tracks);
        for (var isFirst = true; !_stop.IsCancellationRequested && _frames.Next(_stop) is { } batch; isFirst = false)
        {
            tracks?.Begin(batch, isFirst);
            Feed(pass, batch, tracks);
            if (batch.Frames.Count > 0) last = Timestamp.Max(last, batch.Frames.Entries[^1].Time);
            if (tracks is not null) tracks.Finish(batch);
            else _frames.Return(batch);
        }

        tracks?.Drain();
        End = new RecordingEnd { Time = last, Frames = Tally.Frames, Reason = _stop.IsCancellationRequested ? "interrupted" : "done" };
    }

    private void Feed(TimelinePass pass, DecodedBatch batch, TrackingThread? tracks)
    {
        var segments = batch.Segments;
        var hashes = batch.Hashes;
        var results = batch.Results;
        for (var i = 0; i < results.Length; i++)
        {
            var number = Tally.Add(results[i]);
            if (results[i] == DecodeResult.UnsupportedLinkType) Tally.AddUndecoded(batch.Frames.Entries[i].LinkType);
            if (results[i] != DecodeResult.Segment) continue;
            tracks?.At(i);
            if (!batch.IsCorrupt(i))
            {
                pass.OnSegment(segments[i], hashes[i], number, batch.Frames[i]);
                continue;
            }

            if (Corrupt++ == 0) _firstCorrupt = number;
            pass.OnCorrupt(segments[i], hashes[i]);
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _files.Dispose();
    }

    private static string Frames(long count) => count == 1 ? "1 frame" : string.Create(CultureInfo.InvariantCulture, $"{count} frames");

    private const int MostBytes = 262_144;
}
