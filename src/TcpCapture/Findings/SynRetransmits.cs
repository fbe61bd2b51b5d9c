using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>SYNs, the intervals between them, and the schedule of their retransmissions.</summary>
internal sealed class SynRetransmits(IReadOnlyDictionary<string, string> settings) : IAnalysis
{
    /// <summary>Limit of SYNs kept for one connection; no timer sends that many.</summary>
    private const int MaxKept = 1000;

    private readonly SynSchedule? _local = SynSchedule.FromSettings(settings);
    private readonly FindingList _findings = new("SYN retransmissions");

    /// <summary>Raised for each SYN when its connection has ended.</summary>
    public event Action<SynAttempt>? Attempted;

    public AnalysisInterest Interest => AnalysisInterest.Openings;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: true, Side: Side.Client, Connection: { } connection }) return;
        if (!timelineEvent.Segment.Has(TcpFlags.Syn) || timelineEvent.Segment.Has(TcpFlags.Ack)) return;
        var first = connection.Client.FirstSyn;
        if (first.Event == 0) return; // not retransmitted
        var syns = ConnectionNotes.Of(connection).Syns ??= [new SentSyn(first.Time, first.Event, true)];
        if (syns.Count < MaxKept) syns.Add(new SentSyn(timelineEvent.Time, timelineEvent.Number, timelineEvent.CausedBy == syns[^1].Event));
    }

    public void OnConnectionEnded(Connection connection)
    {
        var first = connection.Client.FirstSyn;
        if (first.Event == 0) return;
        if (ConnectionNotes.Find(connection)?.Syns is not { } syns)
        {
            Attempted?.Invoke(new SynAttempt(connection.Number, 1, first.Time, first.Event, null, null, ""));
            return;
        }

        if (!connection.HasTimes)
        {
            AddWithoutTimes(connection, syns);
            return;
        }

        syns = [.. syns.OrderBy(syn => syn.Time.Nanoseconds)]; // times can run backwards
        var intervals = syns.Zip(syns.Skip(1), (a, b) => (b.Time - a.Time) / 1e9).ToArray();
        var (schedule, name) = syns.Exists(s => !s.IsByTimer) ? (null, "")
            : WasRefused(connection, syns) ? RecogniseRefused(intervals)
            : Recognise(intervals);
        for (var i = 0; i < syns.Count; i++)
        {
            Attempted?.Invoke(new SynAttempt(
                connection.Number,
                i + 1,
                syns[i].Time,
                syns[i].Event,
                i == 0 ? null : intervals[i - 1],
                i == 0 || schedule is null || i > schedule.Intervals.Count ? null : schedule.Intervals[i - 1],
                name));
        }

        if (!_findings.IsFull) _findings.Add(Describe(connection, syns[^1], intervals, schedule));
        else _findings.Add(connection, 0, $"The SYN was retransmitted."); // counted only
    }

    private void AddWithoutTimes(Connection connection, List<SentSyn> syns)
    {
        for (var i = 0; i < syns.Count; i++)
            Attempted?.Invoke(new SynAttempt(connection.Number, i + 1, syns[i].Time, syns[i].Event, null, null, ""));
        var times = syns.Count == 2 ? "once" : $"{syns.Count - 1} times";
        _findings.Add(connection, syns[^1].Event, $"The SYN was retransmitted {times}.");
    }

    /// <summary>The schedule of this machine if known, else every known one that fits: few intervals often fit several.</summary>
    private (SynSchedule? Schedule, string Name) Recognise(double[] intervals)
    {
        if (intervals.Length == 0) return (null, "");
        if (_local is not null) return (_local, _local.Fits(intervals) ? _local.Name : "");
        var fitting = SynSchedule.Known.Where(s => s.Fits(intervals)).ToArray();
        return (fitting.FirstOrDefault(), string.Join('|', fitting.Select(s => s.Name)));
    }

    /// <summary>True if an RST preceded the last SYN.</summary>
    private static bool WasRefused(Connection connection, List<SentSyn> syns) =>
        connection.Clues.Resets is [{ By: Side.Server, Event: var refusal }, ..] && refusal > syns[0].Event && refusal < syns[^1].Event;

    /// <summary>Only Windows retransmits after a refusal.</summary>
    private static (SynSchedule? Schedule, string Name) RecogniseRefused(double[] intervals) =>
        SynSchedule.WindowsRefused.Fits(intervals) ? (SynSchedule.WindowsRefused, SynSchedule.WindowsRefused.Name) : (null, "");

    private static Finding Describe(Connection connection, SentSyn last, double[] intervals, SynSchedule? schedule)
    {
        var times = intervals.Length == 1 ? "once" : $"{intervals.Length} times";
        var after = string.Join(", ", intervals.Select(i => Duration.ToText((long)(i * 1e9))));
        var outcome = Outcome(connection, last, intervals, schedule);
        return new Finding(connection, last.Event, $"The SYN was retransmitted {times}, after {after}; {outcome}.")
        {
            IsTrouble = true,
            Rank = connection.Diagnosis.IsFailure ? FindingRank.Course : FindingRank.Unusual, // a failure says it
        };
    }

    private static string Outcome(Connection connection, SentSyn last, double[] intervals, SynSchedule? schedule)
    {
        var retransmissions = intervals.Length;
        if (!last.IsByTimer) return "not by its timer but at once, after the RST that ended the old connection";
        if (connection.Established is not null) return "then it was answered";
        if (schedule == SynSchedule.WindowsRefused) return "each attempt was refused and repeated half a second later, as Windows does";
        if (connection.Unheard is not null) return "the answer was not captured";
        if (connection.Server.Segments > 0) return "no handshake followed";
        if (connection.Icmp is { Count: > 0 }) return "ICMP errors answered";
        var why = connection.AcceptQueue is { } queue
            ? $"the listener's accept queue was full ({queue.ReceiveQueue} connections, limit {queue.SendQueue}), so each SYN was dropped"
            : connection.Drop is { } drop
                ? $"nobody answered; the kernel dropped {(drop.IsOwn ? "it" : "a packet when the SYN passed, perhaps this SYN")}"
                    + $" ({drop.Reason})"
            : "nobody answered";
        if (schedule?.GivesUpAfter is not { } planned || connection.Client.State != TcpState.SynSent) return why;

        // Timers fire late by a constant factor, estimated from the intervals so far.
        var end = retransmissions > schedule.Intervals.Count
            ? planned
            : planned * intervals.Sum() / schedule.Intervals.Take(retransmissions).Sum();
        return retransmissions < schedule.Intervals.Count
            ? string.Create(CultureInfo.InvariantCulture,
                $"{why}; by this machine's settings the next SYN follows {schedule.Intervals[retransmissions]:0.#} s after the"
                    + $" last, and connect fails with ETIMEDOUT about {end:0} s after the first")
            : string.Create(CultureInfo.InvariantCulture, $"{why}; that was the last SYN, connect fails with ETIMEDOUT about"
                + $" {end:0} s after the first");
    }
}
