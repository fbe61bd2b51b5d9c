using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>Reads an RST: which segment it answers, whether its receiver accepts it, and what was in flight.</summary>
/// <remarks>
/// An RST that refuses a segment has the segment's acknowledgement number as its sequence number and no ACK; if the segment had no
/// ACK, it acknowledges the segment (RFC 9293 section 3.5.2). Windows and many devices answer every segment with an ACK. So an RST
/// with ACK answers what is in flight if its sender had closed, or if a long silence came before.
/// </remarks>
internal static class ResetReader
{
    /// <summary>A silence after which an RST with ACK is the answer to what broke it, in nanoseconds.</summary>
    private const long LongSilence = 10_000_000_000;

    public static ResetClue Read(Connection connection, ConnectionEnd sender, in Segment reset, long frame)
    {
        var clues = connection.Clues;
        var peer = connection[sender.Side.Peer()];
        ref var own = ref clues[sender.Side];
        var clue = new ResetClue
        {
            By = sender.Side,
            Frame = frame,
            Time = reset.Time.Nanoseconds,
            Seq = reset.Seq,
            Ack = reset.Ack,
            HasAck = reset.Has(TcpFlags.Ack),
            Ttl = reset.TimeToLive,
            Identification = reset.Identification,
            HasTimestamps = reset.Options.HasTimestamps,
            FirstTtl = own.FirstTtl,
            UsualTtl = own.Ttl,
            UsuallyHasTimestamps = (own.Has & EndClues.Traits.Timestamps) != 0,
            FastestAnswer = own.FastestAnswer,
            SenderIsUnheard = own.LastTime == 0,
            AfterOwnFin = sender.FinEvent != 0,
            AfterPeerFin = peer.FinEvent != 0,
            AckedPeerFin = peer.FinEvent != 0 && sender.HasAcknowledged(peer.FinNext),
            LostBytes = InFlight(peer, sender),
            AcksAll = reset.Has(TcpFlags.Ack) && !SequenceNumber.Before(reset.Ack, peer.SndNxt),
            FinTime = sender.FinEvent != 0 ? own.FinTime : 0,
            UndeliveredBytes = InFlight(sender, peer),
            SinceHeard = Since(clues[peer.Side].LastTime, reset),
            SinceSent = Since(own.LastTime, reset),
            SurvivedSilence = clues.SurvivedSilence,
            StateBefore = sender.State,
            PeerStateBefore = peer.State,
            Fit = FitOf(sender, peer, reset, clues[peer.Side].WindowScale, own.WindowScale),
        };
        FindAnswered(clue, clues, sender, peer, reset);
        clue.Silence = clues[peer.Side].PendingSilence > 0 ? clues[peer.Side].PendingSilence
            : clues.Latest != 0 && clue.Time - clues.Latest >= 1_000_000_000 ? clue.Time - clues.Latest : 0;
        return clue;
    }

    /// <summary>Payload bytes of an end that the other had not acknowledged.</summary>
    private static long InFlight(ConnectionEnd from, ConnectionEnd to)
    {
        if (!from.HasSent || to.LastAckSent == 0 || !SequenceNumber.After(from.SndNxt, to.LastAckSent)) return 0;
        var fin = from.FinEvent != 0 && SequenceNumber.After(from.FinNext, to.LastAckSent) ? 1 : 0;
        var syn = from.IssKnown && to.LastAckSent == from.Iss ? 1 : 0;
        return Math.Max(0, SequenceNumber.Difference(from.SndNxt, to.LastAckSent) - fin - syn);
    }

    private static long Since(long time, in Segment reset) => time == 0 ? -1 : Math.Max(0, reset.Time.Nanoseconds - time);

    private static ResetFit FitOf(ConnectionEnd sender, ConnectionEnd peer, in Segment reset, byte peerScale, byte ownScale)
    {
        if (peer.State == TcpState.SynSent || (peer is { Syns: > 0, RcvNxtKnown: false }))
            return reset.Has(TcpFlags.Ack) && reset.Ack == peer.SndNxt ? ResetFit.Exact : ResetFit.Outside;
        if (!peer.RcvNxtKnown) return ResetFit.Unknown;
        if (reset.Seq == peer.RcvNxt || (sender.HasSent && reset.Seq == sender.SndNxt)) return ResetFit.Exact;
        if (peer.LastAckSent != 0 && reset.Seq == peer.LastAckSent) return ResetFit.Exact;
        if (sender.FinEvent != 0 && reset.Seq == unchecked(sender.FinNext - 1)) return ResetFit.Exact; // as Linux after a FIN
        var expected = peer.LastAckSent != 0 ? peer.LastAckSent : peer.RcvNxt;
        var window = (long)peer.LastWindowSent << (ownScale == 0 ? 0 : Math.Min(peerScale, (byte)14));
        var ahead = SequenceNumber.Difference(reset.Seq, expected);
        return ahead > 0 && ahead < Math.Max(window, 1) ? ResetFit.InWindow : ResetFit.Outside;
    }

    private static void FindAnswered(ResetClue clue, ConnectionClues clues, ConnectionEnd sender, ConnectionEnd peer, in Segment reset)
    {
        var provoker = sender.LastReceived;
        if (reset.Has(TcpFlags.Ack) && provoker.Event != 0 && (provoker.Flags & (TcpFlags.Ack | TcpFlags.Rst)) == 0
            && (reset.Ack == provoker.NextSeq || (peer.IssKnown && reset.Ack == unchecked(peer.Iss + 1))))
        {
            var isSyn = (provoker.Flags & TcpFlags.Syn) != 0;
            clue.Answers = isSyn ? AnsweredKind.Syn : AnsweredKind.Odd;
            clue.AnsweredFrame = isSyn ? clues.Opening.LastSynFrame : clues[peer.Side].LatestRun.Frame;
            clue.AnsweredTime = provoker.Time.Nanoseconds;
            clue.AnsweredEvent = provoker.Event;
            return;
        }

        ref var asked = ref clues[peer.Side];
        for (var i = 0; i < EndClues.Runs; i++)
        {
            var run = asked.Run(i);
            if (!run.IsSet || KindOf(clue, run, sender, peer, reset, clues[sender.Side].LastTime) is not { } kind) continue;
            clue.Answers = kind;
            clue.AnsweredFrame = run.Frame;
            clue.AnsweredTime = run.Time;
            clue.AnsweredKnewFin = sender.FinEvent != 0 && !SequenceNumber.Before(run.Ack, sender.FinNext);
            clue.AnsweredEvent = provoker.Event != 0 && provoker.Ack == run.Ack ? provoker.Event : peer.FindSent(run.Seq);
            return;
        }
    }

    /// <summary>The kind of a run that the RST answers; null if it does not answer it.</summary>
    private static AnsweredKind? KindOf(
        ResetClue clue, in Run run, ConnectionEnd sender, ConnectionEnd peer, in Segment reset, long lastSent)
    {
        var isUnacked = sender.LastAckSent == 0 || SequenceNumber.After(run.Next, sender.LastAckSent);
        var isLatest = run.Time >= lastSent;
        if (reset.Has(TcpFlags.Ack))
        {
            var answersLatest = reset.Ack == peer.SndNxt && isLatest && (clue.AfterOwnFin || clue.SinceHeard < LongSilence);
            var afterSilence = clue.SinceSent >= LongSilence && (isUnacked || run.IsKeepAlive);
            if (!answersLatest || !(afterSilence || (clue.AfterOwnFin && isUnacked && run.Next != run.Seq))) return null;
        }
        else if (run.Ack != reset.Seq || (run.Flags & TcpFlags.Ack) == 0 || !(isUnacked || isLatest))
        {
            return null;
        }

        if ((run.Flags & TcpFlags.Syn) != 0) return AnsweredKind.SynAck;
        if (run.IsKeepAlive) return AnsweredKind.KeepAlive;
        if (!isUnacked || run.Next == run.Seq) return AnsweredKind.Ack;
        return (run.Flags & TcpFlags.Fin) != 0 && SequenceNumber.Difference(run.Next, run.Seq) == 1 ? AnsweredKind.Fin : AnsweredKind.Data;
    }
}
