using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What the recordings of two hosts show together: clock offset, loss and one-way delay.</summary>
internal sealed class Passages(RecordingInfo info) : IAnalysis
{
    private readonly Way[] _ways = [new(), new()];
    private long _unsent;
    private long _firstUnsent;

    public AnalysisInterest Interest => info.Peer is null ? AnalysisInterest.None : AnalysisInterest.Segments;

    public IEnumerable<Finding> Findings => info.Peer is null ? [] : Describe();

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, Passage: { } passage }) return;
        if (passage.Kind == PassageKind.Unsent && _unsent++ == 0) _firstUnsent = timelineEvent.Number;
        if (passage.Kind != PassageKind.Sent) return;
        var way = _ways[passage.Host];
        way.Sent++;
        if (passage.Arrival is { } arrival)
        {
            way.Delays.Add(arrival - timelineEvent.Time);
            way.Error = Math.Max(way.Error, passage.ArrivalErrorNanoseconds ?? 0);
            if (passage.MissingBytes > 0 && way.Broken++ == 0 && way.FirstLost == 0) way.FirstLost = timelineEvent.Number;
        }
        else if (passage.MayHaveBeenMissed)
        {
            way.Missed++;
        }
        else
        {
            if (way.FirstLost == 0) way.FirstLost = timelineEvent.Number;
            way.Lost++;
        }
    }

    private IEnumerable<Finding> Describe()
    {
        if (info.PeerClock is { } clock)
        {
            yield return new Finding(null, 0, Describe(clock));
            foreach (var change in clock.Changes) yield return new Finding(null, 0, Describe(change));
            if (clock.FurtherChanges > 0)
            {
                yield return new Finding(null, 0, string.Create(CultureInfo.InvariantCulture,
                    $"After that the clocks changed against each other {clock.FurtherChanges} more"
                        + $" {(clock.FurtherChanges == 1 ? "time" : "times")}."));
            }
        }

        if (info.PeerView is { } view)
        {
            yield return new Finding(null, 0,
                $"Addresses are translated between the hosts: {view}. Addresses are shown as the first host sees them.");
        }

        var (filter, peerFilter) = (IcmpFilter.Without(info.Filter), IcmpFilter.Without(info.Peer!.Filter));
        if (filter != peerFilter)
        {
            yield return new Finding(null, 0,
                $"The hosts captured with different filters ({Quote(filter)}, {Quote(peerFilter)}): what seems lost"
                    + $" may not have been captured.");
        }

        for (var host = 0; host < _ways.Length; host++)
            if (_ways[host].Sent > 0) yield return Describe(host, _ways[host]);
        if (_unsent > 0)
        {
            yield return new Finding(null, _firstUnsent,
                $"{Segments(_unsent)} arrived at one host although the other was not seen to send them: made between the hosts,"
                    + $" or missed by the capture there.");
        }
    }

    private string Describe(ClockRelation clock)
    {
        var ahead = Math.Abs(clock.OffsetNanoseconds);
        var steady = clock.DriftErrorPpm > MaxDriftErrorPpm
            ? "the recordings are too short to tell a drift"
            : string.Create(CultureInfo.InvariantCulture, $"it gains {clock.DriftPpm:0.###} ± {clock.DriftErrorPpm:0.###} ppm");
        return string.Create(CultureInfo.InvariantCulture,
            $"The clock of the second host ({info.Peer!.Host}) is {ahead / 1e9:F9} s ± {clock.ErrorNanoseconds / 1e9:F9} s"
                + $" {(clock.OffsetNanoseconds < 0 ? "behind" : "ahead of")} the first host's ({info.Host}) at {clock.Time},"
                + $" bounded by {Segments(clock.Segments)} seen at both; {steady}.");
    }

    private static string Describe(ClockChange change) => Math.Abs(change.StepNanoseconds) > change.ErrorNanoseconds
        ? $"By {change.Time} the second host's clock had stepped {(change.StepNanoseconds < 0 ? "back" : "forward")} by"
            + $" {Duration.ToText(Math.Abs(change.StepNanoseconds))} ± {Duration.ToText(change.ErrorNanoseconds)} against the"
            + $" first's: one of them was set."
        : $"By {change.Time} the clocks no longer ran at the same rate against each other as before: one of them was adjusted.";

    private Finding Describe(int host, Way way)
    {
        var text = $"{Segments(way.Sent)} from the {(host == 0 ? "first" : "second")} host to the"
            + $" {(host == 0 ? "second" : "first")}: {(way.Lost > 0 ? $"{way.Lost} lost" : "none lost")}";
        if (way.Broken > 0) text += $", {way.Broken} arrived only in part";
        if (way.Missed > 0) text += $", {way.Missed} not seen to arrive where the capture missed frames";
        if (way.Delays.Count > 0)
        {
            text += $"; one-way delay {Duration.ToText(way.Delays.Min)} minimum, {Duration.ToText(way.Delays.Median())} median"
                + $" and {Duration.ToText(way.Delays.Max)} maximum (± {Duration.ToText(way.Error)})";
        }

        return new Finding(null, way.FirstLost, text + ".");
    }

    /// <summary>Maximum error of a reported drift, in ppm.</summary>
    private const double MaxDriftErrorPpm = 100;

    private static string Segments(long count) => count == 1 ? "1 segment" : $"{count} segments";

    private static string Quote(string filter) => filter.Length == 0 ? "none" : $"'{filter}'";

    private sealed class Way
    {
        public long Sent { get; set; }

        public long Lost { get; set; }

        /// <summary>Segments of which only some bytes arrived.</summary>
        public long Broken { get; set; }

        public long Missed { get; set; }

        public long FirstLost { get; set; }

        public long Error { get; set; }

        public DelayStatistics Delays { get; } = new();
    }
}
