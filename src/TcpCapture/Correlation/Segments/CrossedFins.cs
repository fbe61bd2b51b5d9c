using TcpCapture.Correlation.Calls;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>What tells whether a FIN that passed the capture point had arrived when its receiver sent its own.</summary>
internal sealed class CrossedFins(EventWriter writer)
{
    /// <summary>A FIN that does not acknowledge the peer's, which has passed here before, was sent before that one arrived.</summary>
    public static bool IsOne(ConnectionEnd sender, ConnectionEnd receiver, in Segment segment) =>
        segment.Has(TcpFlags.Fin) && sender.FinEvent == 0 && receiver.FinEvent != 0
        && SequenceNumber.Before(segment.Ack, receiver.FinNext);

    /// <summary>
    /// CLOSE_WAIT, inferred when the peer's FIN passed the capture point, had not been reached yet. This is for captures
    /// alone: a call (<see cref="ReturnedCloses"/>) or a sample (<see cref="ShowEarlierClose"/>) shows it in time.
    /// </summary>
    public void RevokeArrival(Connection connection, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment)
    {
        if (sender.State != TcpState.CloseWait || sender.Evidence != Evidence.Inferred) return;
        writer.Change(connection, sender, TcpState.Established, new EventWriter.Reason(segment.Time)
        {
            CausedBy = receiver.FinEvent,
            Note = "correction: its own FIN does not acknowledge the peer's, which had not arrived yet",
        });
        sender.FinAwaited = receiver.FinNext;
    }

    /// <summary>The sender's ACK proves that a FIN which had passed here before has reached it.</summary>
    public void ShowLateArrival(Connection connection, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment)
    {
        if (sender.FinAwaited is not { } awaited || !segment.Has(TcpFlags.Ack) || segment.Has(TcpFlags.Rst)) return;
        if (SequenceNumber.Before(segment.Ack, awaited)) return;
        sender.FinAwaited = null;
        if (SegmentRules.AfterFin(sender.State) is { } late)
        {
            writer.Change(connection, sender, late, new EventWriter.Reason(segment.Time)
            {
                CausedBy = receiver.FinEvent,
                NotAfter = segment.Time,
            });
        }
    }

    /// <summary>
    /// A sample may show that the receiver of a FIN had closed before, where no call does: then its own FIN is in flight,
    /// and it is in FIN_WAIT_1 when this one arrives.
    /// </summary>
    public void ShowEarlierClose(Connection connection, ConnectionEnd receiver, in Segment segment)
    {
        if (receiver.State != TcpState.Established || !writer.ClosesUnasked(connection, receiver, segment.Time)) return;
        writer.Change(connection, receiver, TcpState.FinWait1, new EventWriter.Reason(segment.Time)
        {
            CausedBy = receiver.Closing.Event,
            NotBefore = receiver.Closing.Event == 0 ? null : receiver.Closing.Time,
            NotAfter = segment.Time,
            Note = "its FIN has not passed here yet",
        });
    }
}
