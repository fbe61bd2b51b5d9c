using TcpCapture.Model;

namespace TcpCapture.Findings.Calls;

/// <summary>Small writes that waited for a delayed ACK of the other end: Nagle's algorithm (RFC 9293 section 3.7.4).</summary>
// The kernel keeps a small segment while an earlier one is not acknowledged, and the other end delays its ACK. TCP_NODELAY
// avoids the wait. Known only where the calls are: the send returned at once, but its segment left when the ACK had come.
internal sealed class DelayedSends : IAnalysis
{
    /// <summary>The shortest wait that is reported; delayed ACKs take 40 ms on Linux, 200 ms elsewhere.</summary>
    private const long MinWaitNanoseconds = 20_000_000;

    /// <summary>How long after the ACK the kept segment leaves, at most.</summary>
    private const long MaxReactionNanoseconds = 2_000_000;

    /// <summary>A segment below every usual maximum segment size.</summary>
    private const int Small = 536;

    private readonly FindingList _findings = new("sends that waited for a delayed ACK", isTrouble: true);

    public AnalysisInterest Interest => AnalysisInterest.Calls | AnalysisInterest.Segments;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Connection: { } connection, Side: { } side }) return;
        if (timelineEvent is { Kind: EventKind.Call, Call: { Name: "send", Result: > 0 } send })
            ConnectionNotes.Of(connection).Sends.Of(side).Add(timelineEvent.Number, send.Begin);
        else if (timelineEvent.Kind == EventKind.Segment && ConnectionNotes.Find(connection) is { HasSends: true } notes)
            OnSegment(timelineEvent, notes, side);
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (ConnectionNotes.Find(connection) is not { HasSends: true } notes) return;
        foreach (var side in (ReadOnlySpan<Side>)[Side.Client, Side.Server])
        {
            if (notes.Sends.Of(side) is not { Waits: > 0 } waited) continue;
            var writer = connection[side].Owner is { } owner ? $" ({owner.ProcessName}[{owner.ProcessId}])" : "";
            var times = waited.Waits == 1
                ? $"A small send of the {side.ToText()}{writer} waited {Duration.ToText(waited.Longest)} for a delayed ACK of the"
                    + $" {side.Peer().ToText()}"
                : $"{waited.Waits} small sends of the {side.ToText()}{writer} waited for a delayed ACK of the {side.Peer().ToText()},"
                    + $" {Duration.ToText(waited.Total)} in all, {Duration.ToText(waited.Longest)} at most";
            _findings.Add(connection, waited.FirstSegment,
                $"{times}: Nagle's algorithm keeps a small segment while an earlier one is not acknowledged. Write each message in one"
                + $" call, or set TCP_NODELAY.");
        }
    }

    private static void OnSegment(in TimelineEvent timelineEvent, ConnectionNotes notes, Side side)
    {
        var segment = timelineEvent.Segment;
        ref var own = ref notes.Sends.Of(side);
        if (segment.Length == 0)
        {
            if (segment.Has(TcpFlags.Ack)) own.LastAck = (segment.Time, segment.Ack, segment.Window);
            return;
        }

        var ack = notes.Sends.Of(side.Peer()).LastAck;
        if (!timelineEvent.IsRetransmission && segment.Length < Small && ack.Window > 0
            && own.BeginOf(timelineEvent.CausedBy) is { } begin && segment.Time - begin >= MinWaitNanoseconds
            && own.LastData is { Next: var next, Time: var sent, Length: < Small } && sent <= begin
            && ack.Time - sent >= MinWaitNanoseconds && ack.Number == next && segment.Time - ack.Time is >= 0 and <= MaxReactionNanoseconds)
            own.AddWait(segment.Time - begin, timelineEvent.Number);
        if (!timelineEvent.IsRetransmission) own.LastData = (segment.Time, segment.NextSeq, segment.Length);
    }
}

/// <summary>The latest sends of one end, and those that waited for an ACK.</summary>
internal struct SendNotes
{
    private (long Event, Timestamp Begin) _last;
    private (long Event, Timestamp Begin) _before;

    public (Timestamp Time, uint Number, ushort Window) LastAck { get; set; }
    public (Timestamp Time, uint Next, int Length)? LastData { get; set; }
    public long Waits { get; private set; }
    public long Total { get; private set; }
    public long Longest { get; private set; }
    public long FirstSegment { get; private set; }

    public void Add(long number, Timestamp begin) => (_before, _last) = (_last, (number, begin));

    /// <summary>When the send began; null if it is not one of the last two.</summary>
    public readonly Timestamp? BeginOf(long number) =>
        number == 0 ? null : number == _last.Event ? _last.Begin : number == _before.Event ? _before.Begin : null;

    public void AddWait(long nanoseconds, long segment)
    {
        if (Waits++ == 0) FirstSegment = segment;
        Total += nanoseconds;
        Longest = Math.Max(Longest, nanoseconds);
    }
}
