using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// How two recordings belong together: which segments both hold, which host sent them, and roughly how the clocks stand.
/// </summary>
/// <remarks>
/// <para>Whose host is whose. A recording shows sockets of its own host only, in samples and calls; so an address that one of
/// them has is that host's, and tells who sent a segment, whatever addresses the other host sees.</para>
/// <para>Where there is no such evidence, causality tells: what goes from the first host to the second shows the second clock
/// ahead by their offset plus the way, what comes back by their offset less it. Of two segments close in time, one each way,
/// the one that shows more was sent by the first host. All neighbours of a pair of addresses vote.</para>
/// </remarks>
internal sealed class SharedTraffic
{
    private readonly SharedSegment[] _segments;

    private SharedTraffic(SharedSegment[] segments)
    {
        _segments = segments;
        KeepsIdentification = segments.All(s => s.First.Identification == s.Second.Identification);
    }

    /// <summary>True if nothing on the way changes the identification of datagrams: then it helps to tell them apart.</summary>
    public bool KeepsIdentification { get; }

    /// <summary>The addresses as the first host sees them.</summary>
    public HostAddresses First { get; } = new();

    /// <summary>The addresses as the second host sees them.</summary>
    public HostAddresses Second { get; } = new();

    /// <summary>Roughly what the second clock is ahead when the second recording has come to a frame, in nanoseconds; good to a round trip.</summary>
    public long RoughOffset(long secondFrame)
    {
        var low = 0;
        var high = _segments.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_segments[middle].Second.Frame <= secondFrame) low = middle;
            else high = middle - 1;
        }

        return _segments[low].Difference;
    }

    /// <exception cref="TcpCaptureException">They share no connection, or not as two hosts would.</exception>
    public static SharedTraffic Of(Recording first, RecordingSketch firstSketch, Recording second, RecordingSketch secondSketch)
    {
        Refuse(first, firstSketch);
        Refuse(second, secondSketch);
        var shared = new SharedTraffic(Pair(firstSketch, secondSketch));
        if (shared._segments.Length == 0)
        {
            throw new MergeException(
                $"{first.FilePath} and {second.FilePath} share no connection: not one segment is in both; record the same port on both hosts at the same time"
                + " (where a device between them rewrites sequence numbers, recordings cannot be merged).");
        }

        shared.RefuseCopies(first, second);
        shared.LearnHosts(first, firstSketch, second, secondSketch);
        return shared;
    }

    private static void Refuse(Recording recording, RecordingSketch sketch)
    {
        if (recording.Info.Peer is not null)
            throw new MergeException($"{recording.FilePath} is a merged recording already: merge two recordings of one host each.");
        if (sketch.Segments == 0)
            throw new MergeException($"{recording.FilePath} holds no TCP segment, so it shares no connection with another: record again while there is traffic.");
    }

    private static SharedSegment[] Pair(RecordingSketch first, RecordingSketch second)
    {
        var known = OnceOnly(first);
        return [.. OnceOnly(second).Values.Where(s => known.ContainsKey(s.Hash))
            .Select(s => new SharedSegment(known[s.Hash], s)).OrderBy(pair => pair.Second.Frame)];
    }

    /// <summary>What looks alike, sent again perhaps, cannot be told apart yet and is left out.</summary>
    private static Dictionary<ulong, SketchedSegment> OnceOnly(RecordingSketch sketch) =>
        sketch.Kept.GroupBy(s => s.Hash).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.First());

    private void RefuseCopies(Recording first, Recording second)
    {
        if (first.Info.Start == second.Info.Start && first.Info.Host == second.Info.Host
            && _segments.All(s => s.Difference == 0 && s.First.Frame == s.Second.Frame))
        {
            throw new MergeException(
                $"{first.FilePath} and {second.FilePath} are the same recording: give one of each host.");
        }
    }

    private void LearnHosts(Recording first, RecordingSketch firstSketch, Recording second, RecordingSketch secondSketch)
    {
        Dictionary<(Endpoint, Endpoint), int>? votes = null;
        var learnt = 0;
        foreach (var (atFirst, atSecond) in _segments)
        {
            var sent = Own(firstSketch, atFirst.FourTuple, first);
            var sentBySecond = Own(secondSketch, atSecond.FourTuple, second);
            if (sent is not null && sent == sentBySecond)
            {
                throw new MergeException(
                    $"{first.FilePath} and {second.FilePath} were recorded on the same host (both show its sockets on {(sent.Value ? atFirst.FourTuple.Local : atFirst.FourTuple.Remote)}): give one of each host.");
            }

            if ((sent ?? !sentBySecond) is not { } isOutbound)
            {
                votes ??= Vote();
                var vote = votes.GetValueOrDefault((atFirst.FourTuple.Local.WithPort(0), atFirst.FourTuple.Remote.WithPort(0)));
                if (vote == 0) continue;
                isOutbound = vote > 0;
            }

            learnt++;
            First.Add(atFirst.FourTuple, isOutbound);
            Second.Add(atSecond.FourTuple, !isOutbound);
        }

        if (learnt == 0)
        {
            throw new MergeException(
                $"Which of {first.FilePath} and {second.FilePath} was recorded at which end cannot be told: neither shows a socket of its host, and segments do not go both ways; record with states.");
        }
    }

    /// <summary>True if the host has the sender's address, false if the receiver's; null if nothing tells.</summary>
    /// <exception cref="TcpCaptureException">It has both.</exception>
    private static bool? Own(RecordingSketch sketch, FourTuple segment, Recording recording)
    {
        var (from, to) = (sketch.IsOwn(segment.Local), sketch.IsOwn(segment.Remote));
        if (from && to)
        {
            throw new MergeException(
                $"{recording.FilePath} holds both ends of a connection ({segment}): its host is the only one, and there is nothing to merge.");
        }

        return from == to ? null : from;
    }

    /// <summary>For addresses from and to: more than 0 if the first host seems to be the sender.</summary>
    private Dictionary<(Endpoint From, Endpoint To), int> Vote()
    {
        var votes = new Dictionary<(Endpoint From, Endpoint To), int>();
        var last = new Dictionary<(Endpoint From, Endpoint To), long>();
        foreach (var segment in _segments)
        {
            var way = (segment.First.FourTuple.Local.WithPort(0), segment.First.FourTuple.Remote.WithPort(0));
            var back = (way.Item2, way.Item1);
            last[way] = segment.Difference;
            if (!last.TryGetValue(back, out var other)) continue;
            votes[way] = votes.GetValueOrDefault(way) + Math.Sign(segment.Difference - other);
            votes[back] = votes.GetValueOrDefault(back) - Math.Sign(segment.Difference - other);
        }

        return votes;
    }
}
