using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>What a segment does when it reaches its receiver: counts what has arrived and moves the receiver's state.</summary>
internal sealed class SegmentArrival(ConnectionTable connections, Listeners listeners, EventWriter writer)
{
    /// <param name="slot">What stands on the four-tuple.</param>
    /// <param name="connection">The connection the segment belongs to.</param>
    /// <param name="sender">The end that sent it; the other one is its receiver.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="number">Number of its event.</param>
    /// <param name="receiverStateBefore">The state shown for the receiver as the segment passed.</param>
    /// <param name="isSeen">The arrival itself was seen, at the receiver's host: nothing that has passed can still be under way.</param>
    public void Process(
        ConnectionTable.Slot slot, Connection connection, ConnectionEnd sender, in Segment segment, long number, TcpState? receiverStateBefore,
        bool isSeen)
    {
        var receiver = connection[sender.Side.Peer()];
        Release(connection, sender, segment);
        receiver.LastReceived = new ReceivedSegment(
            number, writer.NextNumber - 1, segment.Time, segment.Flags, segment.Ack, segment.NextSeq, segment.Length, receiverStateBefore);
        if (segment.SequenceLength > 0 && !segment.Has(TcpFlags.Rst)) receiver.AckOwed = new EventRef(number, segment.Time);

        // What answers a SYN that reached the old socket of another connection is that socket's.
        if (slot.Previous is { } previous && receiver.Side == Side.Server && connection == slot.Current)
            previous.Server.AckOwed = receiver.AckOwed;
        if (slot.Previous is { } old && receiver.Side == Side.Client && connection == old)
            slot.Current.Client.LastReceived = receiver.LastReceived;

        if (segment.Has(TcpFlags.Rst))
        {
            if (IsAcceptableReset(receiver, segment) && !IsDenied(connection, receiver, TcpState.Closed, segment.Time))
                writer.Move(connection, receiver, TcpState.Closed, segment.Time, number, segment.Time);
            if (slot.Previous is { } gone && !ConnectionTable.IsAlive(gone.Server)) connections.Forget(slot);
            return;
        }

        receiver.Receive(segment);
        if (segment.Has(TcpFlags.Ack)) Acknowledge(connection, receiver, segment, number, isSeen);
        else if (segment.Has(TcpFlags.Syn) && receiver.State == TcpState.SynSent)
            writer.Move(connection, receiver, TcpState.SynRecv, segment.Time, number, segment.Time);
        if (!segment.Has(TcpFlags.Fin)) return;
        if (receiver.RcvNxtKnown && receiver.RcvNxt != segment.NextSeq)
            receiver.FinAwaited = segment.NextSeq;
        else if (SegmentRules.AfterFin(receiver.State) is { } finished && !IsDenied(connection, receiver, finished, segment.Time))
            writer.Move(connection, receiver, finished, segment.Time, number, segment.Time);
    }

    private void Acknowledge(Connection connection, ConnectionEnd receiver, in Segment segment, long number, bool isSeen)
    {
        receiver.Settle(segment.Ack);
        var acksSyn = receiver.IssKnown && SequenceNumber.After(segment.Ack, receiver.Iss);
        var acksFin = receiver.FinEvent != 0 && !SequenceNumber.Before(segment.Ack, receiver.FinNext);
        if (SegmentRules.AfterAck(receiver.State, acksSyn, acksFin, segment.Has(TcpFlags.Syn)) is not { } acked
            || writer.WasRefused(connection, receiver, segment.Time)
            || IsDenied(connection, receiver, acked, segment.Time)) return;
        if (!isSeen && IsAhead(receiver)) receiver.AckHeld = number;
        else Complete(connection, receiver, acked, segment.Time, number);
    }

    /// <summary>
    /// True if the ACK cannot have reached the end before its own answer to the FIN ahead of that ACK: the two crossed,
    /// and the answer, sent from the state before, is still to pass here.
    /// </summary>
    private static bool IsAhead(ConnectionEnd receiver) =>
        receiver is { FinCrossed: true, FinAwaited: not null, State: TcpState.FinWait1 };

    /// <summary>The answer has passed: now the ACK that was ahead of it counts.</summary>
    private void Release(Connection connection, ConnectionEnd sender, in Segment segment)
    {
        if (sender.AckHeld == 0 || IsAhead(sender)) return;
        var held = sender.AckHeld;
        sender.AckHeld = 0;
        if (SegmentRules.AfterAck(sender.State, true, sender.State != TcpState.SynRecv, false) is { } acked)
            Complete(connection, sender, acked, segment.Time, held);
    }

    private void Complete(Connection connection, ConnectionEnd end, TcpState to, Timestamp time, long cause)
    {
        if (end.State == TcpState.SynRecv) connection.Established = time; // of a simultaneous open both ends', so the later one
        writer.Move(connection, end, to, time, cause, cause == end.LastReceived.Event ? time : null);
    }

    /// <summary>RFC 9293 section 3.10.7.3 for SYN_SENT; RFC 5961 section 3.2 otherwise: exactly the next sequence number.</summary>
    private static bool IsAcceptableReset(ConnectionEnd receiver, in Segment segment) => receiver.State switch
    {
        TcpState.Closed or TcpState.Listen => false,
        TcpState.SynSent => segment.Has(TcpFlags.Ack) && receiver.HasSent && segment.Ack == receiver.SndNxt,
        _ => !receiver.RcvNxtKnown || segment.Seq == receiver.RcvNxt,
    };

    /// <summary>The kernel's trace shows that the segment did not do what it should have done; that is worth a finding.</summary>
    private bool IsDenied(Connection connection, ConnectionEnd end, TcpState to, Timestamp time)
    {
        var listens = end.Side == Side.Server && listeners.Find(end.Address) is { State: TcpState.Listen };
        if (!writer.IsDenied(connection, end, to, time, listens)) return false;
        var cause = end.LastReceived.Event;
        writer.Disagree(connection, cause,
            $"The segment of event {cause} would have moved the {end.Side.ToText()} from {end.State.ToRfcName()} to {to.ToRfcName()} (RFC 9293); the kernel reports no such change.");
        return true;
    }
}
