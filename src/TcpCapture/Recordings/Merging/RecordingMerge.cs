using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// Makes one recording of two that were made on two hosts of the same connections.
/// </summary>
/// <remarks>
/// <para>Theory of operation. Nothing of the two clocks is believed but that each runs steadily. Three passes, each in memory
/// bounded by what is on the way and by the number of connections:</para>
/// <list type="number">
/// <item>A sketch of each recording (<see cref="RecordingSketch"/>) tells whether they share segments, which host is which, and
/// roughly how the clocks stand, were it hours apart (<see cref="SharedTraffic"/>).</item>
/// <item>Both are gone through side by side, and each segment finds its counterpart by what it says (<see cref="SegmentMatcher"/>);
/// the pairs go to disk.</item>
/// <item>The pairs, in order, bound the clocks' relation: every segment was sent before it was received (<see cref="ClockBounds"/>).</item>
/// <item>Both are gone through again and written as one, on the first clock, each frame with what the other host saw of it
/// (<see cref="MergedStream"/>).</item>
/// </list>
/// </remarks>
internal sealed class RecordingMerge(Recording first, Recording second, string workPath)
{
    /// <summary>Writes the merged recording.</summary>
    /// <param name="path">Where; there must be no such file.</param>
    /// <exception cref="TcpCaptureException">The two do not belong together.</exception>
    /// <exception cref="TcpCaptureException">One is damaged, or the result cannot be written.</exception>
    /// <exception cref="IOException">What is known of the segments cannot be kept on disk.</exception>
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
            PeerRecorded = Span(secondHost.Shift(second.Info.Start, 1), secondHost.Shift(EndOf(secondSketch), secondSketch.Frames), longest),
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
        if (!writer.Complete(end with { Frames = stream.Frames, Time = Timestamp.Max(end.Time, secondHost.Shift(peerEnd.Time)), Peer = peerEnd }))
            throw new RecordingException($"{path} could not be written to its end: {writer.Failure!.Message} Make room, or name another folder.");
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
            $"{first.FilePath} and {second.FilePath} share segments of one direction only, so nothing bounds what their clocks differ by: record more of the exchange.");
    }

    /// <summary>The longest any segment seemed to take, in nanoseconds.</summary>
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
        sketch.End ?? new RecordingEnd { Time = sketch.Last, Frames = sketch.Frames, Reason = sketch.CutOff?.TrimEnd('.') ?? "done" };

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
