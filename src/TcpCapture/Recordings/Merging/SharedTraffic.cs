using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>The segments that two recordings share, which host sent them, and the rough offset of the clocks.</summary>
// Which host sent a segment: samples and calls show sockets of the recording's own host only, so their addresses identify
// the sender. Without them, causality decides. For a segment from the first host to the second, the difference of the times
// is the offset plus the delay; in the other direction, it is the offset minus the delay. Of two segments close in time, one
// in each direction, the first host sent the one with the larger difference. All such pairs of two addresses vote.
internal sealed class SharedTraffic
{
    private readonly SharedSegment[] _segments;

    private SharedTraffic(SharedSegment[] segments)
    {
        _segments = segments;
        KeepsIdentification = segments.All(s => s.First.Identification == s.Second.Identification);
    }

    /// <summary>True if the identification of datagrams is the same at both hosts, so that it distinguishes segments.</summary>
    public bool KeepsIdentification { get; }

    public HostAddresses First { get; } = new();
    public HostAddresses Second { get; } = new();

    /// <summary>The rough offset of the second clock at a frame of its recording, in nanoseconds; accurate to a round trip.</summary>
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

    /// <exception cref="TcpCaptureException">They share no connection, or are not of two hosts.</exception>
    public static SharedTraffic Of(Recording first, RecordingSketch firstSketch, Recording second, RecordingSketch secondSketch)
    {
        Refuse(first, firstSketch);
        Refuse(second, secondSketch);
        var shared = new SharedTraffic(Pair(firstSketch, secondSketch));
        if (shared._segments.Length == 0)
        {
            throw new MergeException(
                $"{first.FilePath} and {second.FilePath} share no connection: no segment is in both. "
                + "Record the same port on both hosts at the same time "
                + "(recordings cannot be merged if a device between the hosts rewrites sequence numbers).");
        }

        shared.RefuseCopies(first, second);
        shared.LearnHosts(first, firstSketch, second, secondSketch);
        return shared;
    }

    private static void Refuse(Recording recording, RecordingSketch sketch)
    {
        if (recording.Info.Peer is not null)
            throw new MergeException($"{recording.FilePath} is already a merged recording. Merge two recordings of one host each.");
        if (sketch.Segments > 0) return;
        throw new MergeException(
            $"{recording.FilePath} contains no TCP segment, so it shares no connection with another. Record again while there is traffic.");
    }

    private static SharedSegment[] Pair(RecordingSketch first, RecordingSketch second)
    {
        var known = OnceOnly(first);
        return [.. OnceOnly(second).Values.Where(s => known.ContainsKey(s.Hash))
            .Select(s => new SharedSegment(known[s.Hash], s)).OrderBy(pair => pair.Second.Frame)];
    }

    /// <summary>Leaves out segments with equal fingerprints, such as retransmissions.</summary>
    private static Dictionary<ulong, SketchedSegment> OnceOnly(RecordingSketch sketch) =>
        sketch.Kept.GroupBy(s => s.Hash).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.First());

    private void RefuseCopies(Recording first, Recording second)
    {
        if (first.Info.Start == second.Info.Start && first.Info.Host == second.Info.Host
            && _segments.All(s => s.Difference == 0 && s.First.Frame == s.Second.Frame))
        {
            throw new MergeException($"{first.FilePath} and {second.FilePath} are the same recording. Give one of each host.");
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
                var shown = sent.Value ? atFirst.FourTuple.Local : atFirst.FourTuple.Remote;
                throw new MergeException(
                    $"{first.FilePath} and {second.FilePath} were recorded on the same host (both show its sockets on {shown}). "
                    + "Give one of each host.");
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
                $"It is unknown which of {first.FilePath} and {second.FilePath} was recorded at which end: "
                + "neither shows a socket of its host, and segments go one way only. Record with states.");
        }
    }

    /// <summary>True if the host has the sender's address, false if the receiver's; null if unknown.</summary>
    /// <exception cref="TcpCaptureException">It has both.</exception>
    private static bool? Own(RecordingSketch sketch, FourTuple segment, Recording recording)
    {
        var (from, to) = (sketch.IsOwn(segment.Local), sketch.IsOwn(segment.Remote));
        if (from && to)
        {
            throw new MergeException(
                $"{recording.FilePath} contains both ends of a connection ({segment}), so both are on its host. "
                + "There is nothing to merge.");
        }

        return from == to ? null : from;
    }

    /// <summary>For a pair of addresses: positive if the first host seems to be the sender.</summary>
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

internal readonly record struct SharedSegment(SketchedSegment First, SketchedSegment Second)
{
    /// <summary>Time on the second clock less time on the first: the offset plus or minus the delay.</summary>
    public long Difference => Second.Time - First.Time;
}
