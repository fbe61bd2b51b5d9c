using TcpCapture.Correlation.Calls;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Detects whether a FIN that passed the capture point had arrived when its receiver sent its own FIN.</summary>
internal sealed class CrossedFins(EventWriter writer)
{
    /// <summary>True for a FIN that does not acknowledge the peer's earlier FIN: it was sent before that one arrived.</summary>
    public static bool IsOne(ConnectionEnd sender, ConnectionEnd receiver, in Segment segment) =>
        segment.Has(TcpFlags.Fin) && sender.FinEvent == 0 && receiver.FinEvent != 0
        && SequenceNumber.Before(segment.Ack, receiver.FinNext);

    /// <summary>
    /// Revokes a CLOSE_WAIT that was inferred too early. Only captures need it: a call (<see cref="ReturnedCloses"/>) or
    /// sample (<see cref="ShowEarlierClose"/>) shows the close in time.
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

    /// <summary>Moves the sender when its ACK proves that an earlier FIN has arrived.</summary>
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

    /// <summary>Moves the receiver of a FIN to FIN_WAIT_1 if a sample shows that it had closed before.</summary>
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
