using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>Retransmitted SYN-ACKs: their times, whether a timer or a SYN caused them, and when the server gives up.</summary>
internal sealed class SynAckRetransmits(IReadOnlyDictionary<string, string> settings) : IAnalysis
{
    /// <summary>Limit of SYN-ACKs kept for one connection; no timer sends that many.</summary>
    private const int MaxKept = 1000;

    /// <summary>No stack's retransmission timer is shorter (RFC 6298 says 1 s, Linux has 200 ms).</summary>
    private const long MinTimeout = 200_000_000;

    private readonly SynSchedule? _local = SynSchedule.ForSynAcks(settings);
    private readonly FindingList _findings = new("SYN-ACK retransmissions");

    public AnalysisInterest Interest => AnalysisInterest.Openings;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: true, Side: Side.Server, Connection: { } connection }) return;
        if (!timelineEvent.Segment.Has(TcpFlags.Syn | TcpFlags.Ack)) return;
        var first = connection.Server.FirstSynAck;
        if (first.Event == 0 || timelineEvent.Segment.Seq != connection.Server.Iss) return; // not retransmitted
        var sent = ConnectionNotes.Of(connection).SynAcks ??= [new SentSyn(first.Time, first.Event, true)];
        if (sent.Count < MaxKept) sent.Add(new SentSyn(timelineEvent.Time, timelineEvent.Number, timelineEvent.CausedBy == sent[^1].Event));
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.Clues.Opening.HasOtherIsn || ConnectionNotes.Find(connection)?.SynAcks is not { } sent) return;
        var times = sent.Count == 2 ? "once" : $"{sent.Count - 1} times";
        if (!connection.HasTimes)
        {
            _findings.Add(connection, sent[^1].Event, $"The SYN-ACK was retransmitted {times}.");
            return;
        }

        sent = [.. sent.OrderBy(synAck => synAck.Time.Nanoseconds)]; // times can run backwards
        var intervals = sent.Zip(sent.Skip(1), (a, b) => b.Time - a.Time).ToArray();
        var why = !sent.TrueForAll(s => s.IsByTimer) ? ", in answer to a retransmitted SYN"
            : Array.TrueForAll(intervals, interval => interval >= MinTimeout) ? ", by its timer" : "";
        _findings.Add(connection, sent[^1].Event,
            $"The SYN-ACK was retransmitted {times}, after {string.Join(", ", intervals.Select(Duration.ToText))}{why};"
                + $" {Outcome(connection)}.");
    }

    private string Outcome(Connection connection)
    {
        if (connection.Established is not null) return "then the last ACK of the handshake arrived";
        if (connection.Server.State != TcpState.SynRecv || _local?.GivesUpAfter is not { } end) return "the handshake was not completed";
        return string.Create(CultureInfo.InvariantCulture,
            $"by this machine's settings the server gives up about {end:0} s after the first");
    }
}
