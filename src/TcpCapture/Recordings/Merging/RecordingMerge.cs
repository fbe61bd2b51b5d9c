using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Merges two recordings of the same connections, made on two hosts.</summary>
// Theory of operation. The clocks need not agree; each is only assumed to run steadily. Memory is bounded by the segments in
// flight and the number of connections. The steps:
// 1. A sketch of each recording (RecordingSketch) shows whether they share segments, which host is which, and the rough
//    offset of the clocks, even of hours (SharedTraffic).
// 2. Both are read side by side. Each segment is matched with its counterpart by its header (SegmentMatcher); the pairs are
//    kept on disk.
// 3. The pairs bound offset and drift of the clocks: each segment was sent before it was received (ClockBounds).
// 4. Both are read again and written as one, on the first clock, each frame with its passage (MergedStream).
internal sealed class RecordingMerge(Recording first, Recording second, string workPath)
{
    /// <summary>Writes the merged recording to a new file.</summary>
    /// <exception cref="TcpCaptureException">The recordings cannot be merged, one is damaged, or the result cannot be written.</exception>
    /// <exception cref="IOException">The matches cannot be kept on disk.</exception>
    public void Write(string path)
    {
        var firstSketch = RecordingSketch.Of(first);
        var secondSketch = RecordingSketch.Of(second);
        var shared = SharedTraffic.Of(first, firstSketch, second, secondSketch);
        using var firstMatches = new MatchFile(workPath + ".first");
        using var secondMatches = new MatchFile(workPath + ".second");
        var matcher = new SegmentMatcher(shared, firstMatches, secondMatches);
        using (var a = new OrderedRecording(first))
        using (var b = new OrderedRecording(second))
            matcher.Run(a, b);

        var clock = BoundClock(secondMatches, secondSketch.Frames);
        var relation = clock.Summarise(matcher.Matches);
        var longest = LongestDelay(secondMatches, secondSketch.Frames, clock);
        var secondHost = new SecondHost(clock, matcher.Translation, firstSketch.LastCall, firstSketch.LastSocket);
        var firstView = new HostView
        {
            Matches = firstMatches,
            Addresses = shared.First,
            Services = matcher.Services.First,
            PeerMissedFrames = MissedFrames(secondSketch),
            PeerRecorded = Span(
                secondHost.Shift(second.Info.Start, 1), secondHost.Shift(EndOf(secondSketch), secondSketch.Frames), longest),
        };
        var secondView = new HostView
        {
            Matches = secondMatches,
            Addresses = shared.Second,
            Services = matcher.Services.Second,
            PeerMissedFrames = MissedFrames(firstSketch),
            PeerRecorded = Span(first.Info.Start, EndOf(firstSketch), longest),
        };
        var info = Describe(relation, secondHost, matcher);
        using var writer = RecordingWriter.Create(path, info);
        var stream = new MergedStream(firstView, secondView, secondHost, matcher.Translation, writer);
        using (var a = new OrderedRecording(first))
        using (var b = new OrderedRecording(second))
            stream.Run(a, b);

        var end = EndFor(firstSketch);
        var peerEnd = EndFor(secondSketch);
        var latest = Timestamp.Max(end.Time, secondHost.Shift(peerEnd.Time));
        if (!writer.Complete(end with { Frames = stream.Frames, Time = latest, Peer = peerEnd }))
        {
            throw new RecordingException(
                $"{path} could not be written to its end: {writer.Failure!.Message} Free disk space or choose another folder.");
        }
    }

    private ClockBounds BoundClock(MatchFile matches, long frames)
    {
        var clock = new ClockBounds();
        var (upper, lower) = (false, false);
        for (long frame = 1; frame <= frames; frame++)
        {
            var match = matches.Read(frame);
            if (!match.IsFound || !match.IsCertain) continue;
            upper |= !match.IsOutbound;
            lower |= match.IsOutbound;
            clock.Add(new ClockConstraint(frame, match.OwnTime, match.OwnTime - match.PeerTime, !match.IsOutbound));
        }

        if (upper && lower && clock.Pieces.Any(piece => piece.IsBounded)) return clock;
        throw new MergeException(
            $"{first.FilePath} and {second.FilePath} share segments of one direction only, so the offset of their clocks is unknown. "
            + "Record more of the exchange.");
    }

    /// <summary>The longest delay of a segment, in nanoseconds.</summary>
    private static long LongestDelay(MatchFile matches, long frames, ClockBounds clock)
    {
        long longest = 0;
        for (long frame = 1; frame <= frames; frame++)
        {
            if (matches.Read(frame) is not { IsFound: true } match) continue;
            var ahead = match.OwnTime - match.PeerTime - clock.OffsetAt(frame, match.OwnTime).Offset;
            longest = Math.Max(longest, match.IsOutbound ? -ahead : ahead);
        }

        return longest;
    }

    private static (Timestamp From, Timestamp Until) Span(Timestamp from, Timestamp until, long margin) =>
        (new Timestamp(from.Nanoseconds + margin), new Timestamp(until.Nanoseconds - margin));

    private static Timestamp EndOf(RecordingSketch sketch) => sketch.End?.Time ?? sketch.Last;
    private static bool MissedFrames(RecordingSketch sketch) => sketch.End is { DroppedByKernel: > 0 } or { DroppedByInterface: > 0 };

    private static RecordingEnd EndFor(RecordingSketch sketch) =>
        sketch.End ?? new RecordingEnd
        {
            Time = sketch.Last,
            Frames = sketch.Frames,
            Outcome = sketch.CutOff is null ? RecordingOutcome.Completed : RecordingOutcome.Failed,
            Failure = sketch.CutOff?.TrimEnd('.'),
        };

    private RecordingInfo Describe(ClockRelation relation, SecondHost secondHost, SegmentMatcher matcher) => first.Info with
    {
        Start = Timestamp.Min(first.Info.Start, secondHost.Shift(second.Info.Start, 1)),
        Snaplen = Math.Max(first.Info.Snaplen, second.Info.Snaplen),
        Server = first.Info.Server ?? second.Info.Server,
        Peer = second.Info,
        PeerClock = relation,
        PeerView = matcher.Translation.Example,
        PeerSide = (matcher.SynsOfFirst, matcher.SynsOfSecond) switch
        {
            ( > 0, 0) => Side.Server,
            (0, > 0) => Side.Client,
            _ => null,
        },
    };
}
