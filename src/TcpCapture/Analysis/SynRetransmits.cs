using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Analysis;

/// <summary>Every SYN, the intervals between them, and the schedule they follow.</summary>
internal sealed class SynRetransmits(IReadOnlyDictionary<string, string> settings) : IAnalysis
{
    private readonly SynSchedule? _local = SynSchedule.FromSettings(settings);
    private readonly Dictionary<int, List<Syn>> _open = [];
    private readonly FindingList _findings = new("repeated SYNs");

    /// <summary>Told of the SYNs of each connection when it has ended.</summary>
    public event Action<SynAttempt>? Attempted;

    public AnalysisInterest Interest => AnalysisInterest.Openings;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: true, Side: Side.Client, Connection: { } connection }) return;
        if (!timelineEvent.Segment.Has(TcpFlags.Syn) || timelineEvent.Segment.Has(TcpFlags.Ack)) return;
        if (!_open.TryGetValue(connection.Number, out var syns)) _open.Add(connection.Number, syns = []);
        var isProvoked = syns.Count > 0 && timelineEvent.CausedBy != syns[^1].Event;
        syns.Add(new Syn(timelineEvent.Time, timelineEvent.Number, isProvoked));
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (!_open.Remove(connection.Number, out var syns)) return;
        var intervals = syns.Zip(syns.Skip(1), (a, b) => (b.Time - a.Time) / 1e9).ToArray();
        var isTimed = !syns.Exists(s => s.IsProvoked);
        var (schedule, name) = isTimed ? Recognise(intervals) : (null, "");
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

        if (intervals.Length > 0) _findings.Add(Conclude(connection, syns[^1], intervals, schedule));
    }

    /// <summary>This machine's own schedule comes first; else every known one that fits is named, for a few intervals often fit several.</summary>
    private (SynSchedule? Schedule, string Name) Recognise(double[] intervals)
    {
        if (intervals.Length == 0) return (null, "");
        if (_local is not null) return (_local, _local.Fits(intervals) ? _local.Name : "");
        var fitting = SynSchedule.Known.Where(s => s.Fits(intervals)).ToArray();
        return (fitting.FirstOrDefault(), string.Join('|', fitting.Select(s => s.Name)));
    }

    private static Finding Conclude(Connection connection, Syn last, double[] intervals, SynSchedule? schedule)
    {
        var times = intervals.Length == 1 ? "once" : $"{intervals.Length} times";
        var after = string.Join(", ", intervals.Select(i => Duration.ToText((long)(i * 1e9))));
        return new Finding(connection, last.Event, $"The SYN was repeated {times}, after {after}; {Outcome(connection, last, intervals, schedule)}.") { IsTrouble = true };
    }

    private static string Outcome(Connection connection, Syn last, double[] intervals, SynSchedule? schedule)
    {
        var repeated = intervals.Length;
        if (last.IsProvoked) return "not by its timer, but at once after the RST that cleared the way";
        if (connection.Established is not null) return "then it was answered";
        if (connection.Server.Segments > 0) return "no handshake followed";
        var why = connection.AcceptQueue is { } queue
            ? $"the listener's accept queue was full ({queue.ReceiveQueue} connections, limit {queue.SendQueue}), so each SYN was dropped"
            : connection.DropReason is { } reason ? $"nobody answered; when the SYN passed this kernel threw a packet away, which may have been it ({reason})"
            : "nobody answered";
        if (schedule?.GivesUpAfter is not { } planned || connection.Client.State != TcpState.SynSent) return why;

        // Each timer fires a little late, by the same share: what has passed so far says by how much.
        var end = repeated > schedule.Intervals.Count ? planned : planned * intervals.Sum() / schedule.Intervals.Take(repeated).Sum();
        return repeated < schedule.Intervals.Count
            ? string.Create(CultureInfo.InvariantCulture,
                $"{why}; by this machine's settings the next comes {schedule.Intervals[repeated]:0.#} s after the last, and connect gives up (ETIMEDOUT) about {end:0} s after the first")
            : string.Create(CultureInfo.InvariantCulture, $"{why}; that was the last, connect gives up (ETIMEDOUT) about {end:0} s after the first");
    }

    private sealed record Syn(Timestamp Time, long Event, bool IsProvoked);
}
