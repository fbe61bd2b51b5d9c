using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Analysis;

/// <summary>Every SYN, the intervals between them, and the schedule they follow.</summary>
internal sealed class SynRetransmits(IReadOnlyDictionary<string, string> settings) : IAnalysis
{
    private readonly SynSchedule? _local = SynSchedule.FromSettings(settings);
    private readonly Dictionary<int, List<(Timestamp Time, long Event)>> _open = [];
    private readonly List<Finding> _findings = [];

    /// <summary>Told of the SYNs of each connection when it has ended.</summary>
    public event Action<SynAttempt>? Attempted;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: true, Side: Side.Client, Connection: { } connection }) return;
        if (!timelineEvent.Segment.Has(TcpFlags.Syn) || timelineEvent.Segment.Has(TcpFlags.Ack)) return;
        if (!_open.TryGetValue(connection.Number, out var syns)) _open.Add(connection.Number, syns = []);
        syns.Add((timelineEvent.Time, timelineEvent.Number));
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (!_open.Remove(connection.Number, out var syns)) return;
        var intervals = syns.Zip(syns.Skip(1), (a, b) => (b.Time - a.Time) / 1e9).ToArray();
        var (schedule, name) = Recognise(intervals);
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

        if (intervals.Length > 0) _findings.Add(Conclude(connection, syns[^1].Event, intervals));
    }

    /// <summary>This machine's own schedule comes first; else every known one that fits is named, for a few intervals often fit several.</summary>
    private (SynSchedule? Schedule, string Name) Recognise(double[] intervals)
    {
        if (intervals.Length == 0) return (null, "");
        if (_local is not null) return (_local, _local.Fits(intervals) ? _local.Name : "");
        var fitting = SynSchedule.Known.Where(s => s.Fits(intervals)).ToArray();
        return (fitting.FirstOrDefault(), string.Join('|', fitting.Select(s => s.Name)));
    }

    private static Finding Conclude(Connection connection, long lastSyn, double[] intervals)
    {
        var times = intervals.Length == 1 ? "once" : $"{intervals.Length} times";
        var after = string.Join(", ", intervals.Select(i => Duration.ToText((long)(i * 1e9))));
        var outcome = connection is { Server.Segments: 0, AcceptQueue: { } queue }
            ? $"the listener's accept queue was full ({queue.ReceiveQueue} connections, limit {queue.SendQueue}), so each SYN was dropped"
            : connection.Server.Segments == 0 ? "nobody answered"
            : connection.Established is not null ? "then it was answered"
            : "no handshake followed";
        return new Finding(connection, lastSyn, $"The SYN was repeated {times}, after {after}; {outcome}.");
    }
}
