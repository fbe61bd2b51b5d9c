using TcpCapture.Correlation;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Finds the cause of an RST from segments and calls.</summary>
/// <remarks>
/// Two kinds of RST look different (RFC 9293 section 3.5.2, and Linux). An RST that refuses a segment has the segment's
/// acknowledgement number as its sequence number and no ACK; if the segment had no ACK, the RST has sequence number 0 and
/// acknowledges the segment. An RST that a call causes is in sequence: it has the next sequence number and an ACK.
/// </remarks>
internal static class ResetJudge
{
    public static ResetVerdict Judge(
        Connection connection, ConnectionTable.Slot slot, ConnectionEnd sender, in Segment reset, Listeners listeners, long frame)
    {
        var provoker = slot.Previous == connection && sender.Side == Side.Client
            ? slot.Current.Client.LastReceived
            : sender.LastReceived;
        var isCapture = connection.IsKnownBySegmentsOnly && listeners.Find(sender.Address) is null;
        if (isCapture && slot.Previous is null)
            return ResetInference.Judge(connection, sender, reset, provoker, Refuses(reset, provoker), frame);
        var (cause, because, evidence) = Refuses(reset, provoker)
            ? JudgeRefusal(slot, sender, provoker, listeners)
            : JudgeAbort(sender, listeners.Find(sender.Address), ListenerClosing(sender, listeners));
        var verdict = new ResetVerdict(sender.Side, 0, frame, cause, because, evidence);
        return isCapture && cause != ResetCause.Unknown ? verdict with { Confidence = ResetConfidence.Likely } : verdict;
    }

    private static bool Refuses(in Segment reset, in ReceivedSegment provoker)
    {
        if (provoker.Event == 0) return false;
        if ((provoker.Flags & TcpFlags.Ack) != 0) return !reset.Has(TcpFlags.Ack) && reset.Seq == provoker.Ack;
        return reset.Has(TcpFlags.Ack) && reset.Seq == 0 && reset.Ack == provoker.NextSeq;
    }

    private static (ResetCause, string, long) JudgeRefusal(
        ConnectionTable.Slot slot, ConnectionEnd sender, in ReceivedSegment provoker, Listeners listeners)
    {
        var isSyn = (provoker.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
        if (isSyn)
        {
            return listeners.Find(sender.Address) is { State: TcpState.Listen }
                ? (ResetCause.Unknown, "the SYN was refused although somebody listens", provoker.Event)
                : (ResetCause.NoListener, $"nobody listens on {sender.Address}", provoker.Event);
        }

        if (slot.Current.Client.State == TcpState.SynSent && sender.Side == Side.Client)
        {
            return (ResetCause.HalfOpen,
                "the client had forgotten this connection and was opening another: the server's ACK of the old one made no sense to it",
                provoker.Event);
        }

        if (provoker is { ReceiverState: TcpState.SynRecv, Length: 0 })
            return (ResetCause.BacklogOverflow, "the handshake was completed but the accept queue had no room", provoker.Event);

        if (provoker.Length > 0 && (sender.FinEvent != 0 || sender.Closing.Event != 0))
        {
            return (ResetCause.DataAfterClose,
                $"{provoker.Length} bytes came for a socket that its application had closed", provoker.Event);
        }

        return provoker.Length > 0 && sender.State == TcpState.Closed
            ? (ResetCause.DataAfterClose, $"{provoker.Length} bytes came for a socket that was gone", provoker.Event)
            : (ResetCause.Unknown, "the segment before it was refused; why was not seen", provoker.Event);
    }

    private static (ResetCause, string, long) JudgeAbort(ConnectionEnd sender, Listener? listener, EventRef listenerClosing)
    {
        // Calls are better evidence: data that a sample saw in the queue may have been read since.
        var unread = sender.Socket is null ? sender.LastSample?.ReceiveQueue ?? 0 : sender.BytesArrived - sender.BytesRead;
        var closing = sender.Closing;
        if (closing.IsProcessEnd)
        {
            var how = closing.Name == "kill" ? "was killed" : "ended";
            return (ResetCause.ProcessExit, unread > 0
                ? $"the process that held the socket {how} with {unread} bytes unread"
                : $"the process that held the socket {how}", closing.Event);
        }

        if (closing is { Name: "close", WithLingerZero: true })
            return (ResetCause.LingerZero, "the application closed with SO_LINGER at 0 seconds", closing.Event);
        if (closing.Name == "close" && unread > 0)
            return (ResetCause.UnreadData, $"the application closed with {unread} bytes unread", closing.Event);
        if (closing is { Name: "close", WithLingerUnknown: true })
        {
            return (ResetCause.LingerZero,
                "the application had set SO_LINGER (to what, the recording does not show) and closed with nothing unread: only"
                    + " 0 seconds make that a reset",
                closing.Event);
        }

        if (sender.Side == Side.Server && !CallCorrelator.IsAccepted(sender) && listenerClosing.Event != 0)
        {
            return (ResetCause.ListenerClosed,
                "the listening socket was closed while this connection waited in its accept queue", listenerClosing.Event);
        }

        if (sender.State == TcpState.SynRecv && listener is { IsFull: true })
            return (ResetCause.BacklogOverflow, "the accept queue was full", sender.LastReceived.Event);
        return (ResetCause.Unknown, "nothing that was seen explains it", closing.Event);
    }

    private static EventRef ListenerClosing(ConnectionEnd sender, Listeners listeners) =>
        sender.Side == Side.Server ? listeners.ClosedAt(sender.Address) : default;
}
