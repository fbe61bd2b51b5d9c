using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Analysis;

/// <summary>SYN-ACKs that were sent again: when, whether a timer or a repeated SYN was behind it, and when the server gives up.</summary>
internal sealed class SynAckRetransmits(IReadOnlyDictionary<string, string> settings) : IAnalysis
{
    private readonly SynSchedule? _local = SynSchedule.ForSynAcks(settings);
    private readonly Dictionary<int, List<SynAck>> _open = [];
    private readonly FindingList _findings = new("repeated SYN-ACKs");

    public AnalysisInterest Interest => AnalysisInterest.Openings;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: true, Side: Side.Server, Connection: { } connection }) return;
        if (!timelineEvent.Segment.Has(TcpFlags.Syn | TcpFlags.Ack)) return;
        if (!_open.TryGetValue(connection.Number, out var sent)) _open.Add(connection.Number, sent = []);
        var byTimer = sent.Count > 0 && timelineEvent.CausedBy == sent[^1].Event;
        sent.Add(new SynAck(timelineEvent.Time, timelineEvent.Number, byTimer));
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (!_open.Remove(connection.Number, out var sent) || sent.Count < 2) return;
        var intervals = sent.Zip(sent.Skip(1), (a, b) => b.Time - a.Time).ToArray();
        var times = intervals.Length == 1 ? "once" : $"{intervals.Length} times";
        var why = sent.Skip(1).All(s => s.ByTimer) ? "by its timer" : "in answer to a SYN sent again";
        _findings.Add(new Finding(connection, sent[^1].Event,
            $"The SYN-ACK was repeated {times}, after {string.Join(", ", intervals.Select(Duration.ToText))}, {why}; {Outcome(connection)}."));
    }

    private string Outcome(Connection connection)
    {
        if (connection.Established is not null) return "then the handshake's last ACK came";
        if (connection.Server.State != TcpState.SynRecv || _local?.GivesUpAfter is not { } end) return "the handshake was not completed";
        return string.Create(CultureInfo.InvariantCulture,
            $"by this machine's settings the server gives up about {end:0} s after the first");
    }

    private sealed record SynAck(Timestamp Time, long Event, bool ByTimer);
}
