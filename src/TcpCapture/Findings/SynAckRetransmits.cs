using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>SYN-ACKs that were sent again: when, whether a timer or a repeated SYN was behind it, and when the server gives up.</summary>
internal sealed class SynAckRetransmits(IReadOnlyDictionary<string, string> settings) : IAnalysis
{
    /// <summary>SYN-ACKs of one connection that are kept: no timer sends so many, and whoever does must not fill the memory.</summary>
    private const int MostKept = 1000;

    private readonly SynSchedule? _local = SynSchedule.ForSynAcks(settings);
    private readonly FindingList _findings = new("repeated SYN-ACKs");

    public AnalysisInterest Interest => AnalysisInterest.Openings;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: true, Side: Side.Server, Connection: { } connection }) return;
        if (!timelineEvent.Segment.Has(TcpFlags.Syn | TcpFlags.Ack)) return;
        var first = connection.Server.FirstSynAck;
        if (first.Event == 0) return; // one that is not repeated is not of interest
        var sent = ConnectionNotes.Of(connection).SynAcks ??= [new SentSyn(first.Time, first.Event, true)];
        if (sent.Count < MostKept) sent.Add(new SentSyn(timelineEvent.Time, timelineEvent.Number, timelineEvent.CausedBy == sent[^1].Event));
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (ConnectionNotes.Find(connection)?.SynAcks is not { } sent) return;
        var intervals = sent.Zip(sent.Skip(1), (a, b) => b.Time - a.Time).ToArray();
        var times = intervals.Length == 1 ? "once" : $"{intervals.Length} times";
        var why = sent.TrueForAll(s => s.IsByTimer) ? "by its timer" : "in answer to a SYN sent again";
        _findings.Add(connection, sent[^1].Event,
            $"The SYN-ACK was repeated {times}, after {string.Join(", ", intervals.Select(Duration.ToText))}, {why}; {Outcome(connection)}.");
    }

    private string Outcome(Connection connection)
    {
        if (connection.Established is not null) return "then the handshake's last ACK came";
        if (connection.Server.State != TcpState.SynRecv || _local?.GivesUpAfter is not { } end) return "the handshake was not completed";
        return string.Create(CultureInfo.InvariantCulture,
            $"by this machine's settings the server gives up about {end:0} s after the first");
    }
}
