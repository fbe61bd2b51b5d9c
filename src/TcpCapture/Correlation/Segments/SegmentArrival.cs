using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Processes the arrival of a segment: counts the received bytes and moves the state of the receiver.</summary>
internal sealed class SegmentArrival(ConnectionTable connections, Listeners listeners, EventWriter writer)
{
    /// <summary>Processes an arrival; <paramref name="isSeen"/> is true if the receiver's host captured it.</summary>
    public void Process(
        ConnectionTable.Slot slot, Connection connection, ConnectionEnd sender, in Segment segment, long number,
        TcpState? receiverStateBefore, bool isSeen)
    {
        var receiver = connection[sender.Side.Peer()];
        Release(connection, sender, segment);
        receiver.LastReceived = new ReceivedSegment(
            number, writer.NextNumber - 1, segment.Time, segment.Flags, segment.Ack, segment.NextSeq, segment.Length, receiverStateBefore);
        // Times run backwards: the receiver has already answered what the file holds only now.
        var isAnswered = segment.Time < connection.End && receiver.HasAcknowledged(segment.NextSeq);
        if (segment.SequenceLength > 0 && !segment.Has(TcpFlags.Rst) && !isAnswered) receiver.AckOwed = new EventRef(number, segment.Time);

        // A SYN that reached the server's old socket is answered by that socket.
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

        var isBehind = segment.Time < connection.End && receiver.RcvNxtKnown && SequenceNumber.After(receiver.RcvNxt, segment.NextSeq);
        if (!isBehind || !segment.Has(TcpFlags.Syn)) receiver.Receive(segment);
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

    /// <summary>True if the FINs crossed and the end's answer to the peer's FIN has not passed yet.</summary>
    private static bool IsAhead(ConnectionEnd receiver) =>
        receiver is { FinCrossed: true, FinAwaited: not null, State: TcpState.FinWait1 };

    /// <summary>Applies an ACK that was held until the sender's answer had passed.</summary>
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
        if (end.State == TcpState.SynRecv) connection.Established = time; // in a simultaneous open the later of two
        writer.Move(connection, end, to, time, cause, cause == end.LastReceived.Event ? time : null);
    }

    /// <summary>RFC 9293 section 3.10.7.3 in SYN_SENT; otherwise RFC 5961 section 3.2: exactly the next sequence number.</summary>
    private static bool IsAcceptableReset(ConnectionEnd receiver, in Segment segment) => receiver.State switch
    {
        TcpState.Closed or TcpState.Listen => false,
        TcpState.SynSent => segment.Has(TcpFlags.Ack) && receiver.HasSent && segment.Ack == receiver.SndNxt,
        _ => !receiver.RcvNxtKnown || segment.Seq == receiver.RcvNxt,
    };

    /// <summary>True if the kernel did not report the change that the segment implies; that becomes a finding.</summary>
    private bool IsDenied(Connection connection, ConnectionEnd end, TcpState to, Timestamp time)
    {
        var listens = end.Side == Side.Server && listeners.Find(end.Address) is { State: TcpState.Listen };
        if (!writer.IsDenied(connection, end, to, time, listens)) return false;
        var cause = end.LastReceived.Event;
        if (end.State == TcpState.SynRecv && to == TcpState.Established)
        {
            NoteDroppedAck(connection, end, cause);
            return true;
        }

        writer.Disagree(connection, cause,
            $"The segment of event {cause} would have moved the {end.Side.ToText()} from {end.State.ToRfcName()} to {to.ToRfcName()}"
            + " (RFC 9293); the kernel reports no such change.");
        return true;
    }

    /// <summary>The kernel dropped an ACK that would have completed the handshake, as it does if the accept queue is full.</summary>
    private void NoteDroppedAck(Connection connection, ConnectionEnd server, long cause)
    {
        ref var opening = ref connection.Clues.Opening;
        if (opening.DroppedAcks == 0) opening.DroppedAckEvent = cause;
        if (opening.DroppedAcks < ushort.MaxValue) opening.DroppedAcks++;
        if (listeners.Find(server.Address) is { IsFull: true, LastSample: { } queue }) connection.AcceptQueue ??= queue;
    }
}
