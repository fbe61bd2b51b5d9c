using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Infers the cause of an RST where only segments are known. It names a cause only if the others are unlikely.</summary>
/// <remarks>
/// If an RST refuses a segment, that segment and the state of the sender show the cause. If an application or its system aborts,
/// SO_LINGER at 0 seconds, a close with unread data and the end of a process look the same: only a connection without data to
/// read stands apart. Data received shortly before does not show that it was unread: directory servers answer the last request
/// of a session this way.
/// </remarks>
internal static class ResetInference
{
    /// <summary>A silence after which a timeout is as likely as other causes, in nanoseconds.</summary>
    private const long LongSilence = 30_000_000_000;

    public static ResetVerdict Judge(
        Connection connection, ConnectionEnd sender, in Segment reset, in ReceivedSegment provoker, bool refuses, long frame)
    {
        var (cause, because) = refuses ? OfRefusal(connection, sender, provoker) : OfAbort(connection, sender, reset);
        return new ResetVerdict(sender.Side, 0, frame, cause, because, refuses ? provoker.Event : 0)
        {
            Confidence = cause == ResetCause.Unknown ? ResetConfidence.None : ResetConfidence.Likely,
        };
    }

    private static (ResetCause, string) OfRefusal(Connection connection, ConnectionEnd sender, in ReceivedSegment provoker)
    {
        if ((provoker.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn)
            return (ResetCause.NoListener, $"most likely nobody listens on {sender.Address}; a firewall that rejects looks the same");
        if ((provoker.Flags & TcpFlags.Syn) != 0)
        {
            return sender.Segments == 0
                ? (ResetCause.HalfOpen, "most likely its end knows nothing of the SYN that was answered: another host sent it,"
                    + " or it has given up since")
                : (ResetCause.Unknown, "the answer to its SYN was refused: it had given up, or the answer's numbers are not"
                    + " those it waits for");
        }

        if (provoker is { ReceiverState: TcpState.SynRecv, Length: 0 } && (provoker.Flags & TcpFlags.Fin) == 0)
        {
            return (ResetCause.BacklogOverflow,
                "most likely the accept queue had no room: the ACK that completes the handshake was refused; a firewall or a"
                    + " SYN cookie that had expired looks the same");
        }

        if (provoker.Length > 0 && sender.FinEvent != 0)
            return (ResetCause.DataAfterClose, $"{provoker.Length} bytes came after its application had closed");
        if (sender.FinEvent != 0 && connection[sender.Side.Peer()].FinEvent != 0)
            return (ResetCause.Unknown, "both ends had closed: what came last found the socket gone already, and nothing was lost by it");
        if (connection.BeganEarlier && sender.Segments == 0)
            return (ResetCause.HalfOpen, "most likely its end no longer knows the connection: it was restarted, or had given it up");
        return (ResetCause.Unknown, provoker.Length > 0
            ? $"{provoker.Length} bytes were refused: its socket was gone, without a FIN that was captured"
            : "the segment before it was refused; why the capture does not tell");
    }

    private static (ResetCause, string) OfAbort(Connection connection, ConnectionEnd sender, in Segment reset)
    {
        var peer = connection[sender.Side.Peer()];
        if (sender is { State: TcpState.SynSent, LastAckSent: 0 })
            return (ResetCause.Unknown, "its application gave up before the connection was open, or a scanner only wanted to"
                + " know who answers");
        if (connection.Unheard is not null || peer.Segments == 0)
            return (ResetCause.Unknown, "only one direction was captured: what it answers cannot be told");
        if (sender.HasSent && reset.Seq != sender.SndNxt)
        {
            return (ResetCause.Unknown, SequenceNumber.After(reset.Seq, sender.SndNxt)
                ? "its number is beyond all that was captured of its sender: segments are missing, or another device sent it"
                : "its number is one that its sender had used before: it answers an older segment, or another device sent it");
        }

        if (sender.FinEvent != 0)
            return (ResetCause.Unknown, "its end had closed, and then gave up waiting for the other, or its application was ended");
        var silence = reset.Time - sender.LastReceived.Time;
        if (silence > LongSilence)
            return (ResetCause.Unknown, $"an abort after {silence / 1_000_000_000} s in which nothing came: a timeout of its"
                + $" application or of keep-alive, or a hard close (SO_LINGER at 0 seconds)");
        if (sender.RcvNxtKnown && peer.Bytes > 0 && SequenceNumber.After(sender.RcvNxt, sender.LastAckSent))
            return (ResetCause.Unknown, "an abort right after data had come: it was left unread, or was the last word and"
                + " answered by a hard close (SO_LINGER at 0 seconds); segments do not tell which");
        if (peer.Bytes > 0 || connection.BeganEarlier)
            return (ResetCause.Unknown, "an abort by its application or its system, no answer to a segment: SO_LINGER at 0"
                + " seconds, data left unread, or a process that ended; segments do not tell which");
        return sender.Side == Side.Client || sender.Bytes > 0
            ? (ResetCause.LingerZero, "most likely its application closed with SO_LINGER at 0 seconds: nothing had come that"
                + " could be unread; on Windows the end of its process looks the same")
            : (ResetCause.Unknown, "the server aborted before anything was said: a listener that was closed with the connection"
                + " waiting, or SO_LINGER at 0 seconds");
    }
}
