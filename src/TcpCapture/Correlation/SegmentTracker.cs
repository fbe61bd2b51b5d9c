using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>
/// Takes segments in capture order: finds the connection, moves the sender's state, gives out the segment with its cause and
/// both states, then moves the receiver's state. In that order, for at the capture point the sender has acted and the
/// receiver has not.
/// </summary>
internal sealed class SegmentTracker(
    ConnectionTable connections, ListenerBook listeners, CallTracker calls, TraceBook traces, EventWriter writer)
{
    public void Process(in Segment segment, long frameNumber, in Frame frame)
    {
        var slot = FindOrOpen(segment);
        var senderSide = slot.SideOf(segment.Source);
        var connection = OwnerOf(slot, senderSide, segment);
        var sender = connection[senderSide];
        var receiver = connection[senderSide.Peer()];
        connection.End = segment.Time;
        var again = IsRetransmission(sender, segment);
        var finCrossed = RevokeCrossedFin(connection, sender, receiver, segment);

        var (cause, note) = CauseOf(connection, slot, sender, segment, again);
        if (segment.Flags == TcpFlags.Syn && listeners.Find(segment.Destination) is { IsFull: true, LastSample: { } queue })
        {
            connection.AcceptQueue = queue;
            note = Join(note, string.Create(CultureInfo.InvariantCulture,
                $"the accept queue is full: {queue.ReceiveQueue} wait, the limit is {queue.SendQueue}"));
        }

        ResetVerdict? verdict = null;
        if (segment.Has(TcpFlags.Rst))
        {
            verdict = ResetJudge.Judge(connection, slot, sender, segment, listeners, frameNumber)
                .With(traces.TakeReset(segment.FourTuple, segment.Time)?.Reason);
            cause = verdict.Evidence;
            note = "reset: " + verdict.Because;
        }

        BeforeSegment(slot, connection, sender, segment, cause, verdict);
        var number = writer.Write(new TimelineEvent
        {
            Number = writer.NextNumber,
            Kind = EventKind.Segment,
            Time = segment.Time,
            Connection = connection,
            Side = senderSide,
            Frame = frameNumber,
            IsReadable = true,
            IsRetransmission = again,
            Segment = segment,
            ClientState = ShownState(slot, Side.Client),
            ServerState = ShownState(slot, Side.Server),
            CausedBy = cause,
            Note = finCrossed ? "the FINs crossed" : note,
        }, frame);

        if (verdict is not null) connection.Reset ??= verdict with { Event = number };
        NoteSent(connection, sender, segment, number, again);
        AfterSegment(slot, connection, receiver, sender, segment, number);
        if (connection.IsOver) connections.Over(connection, segment.Time);
        connections.Sweep(segment.Time);
    }

    private ConnectionTable.Slot FindOrOpen(in Segment segment)
    {
        var slot = connections.Find(segment.FourTuple);
        var isSyn = segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack);
        if (isSyn && (slot is null || OpensAnother(slot, segment))) return Open(slot, segment);
        if (slot is not null) return slot;

        // The beginning was not seen. A SYN-ACK still tells who is who; else the listener's port, else the lower port.
        var sourceIsServer = segment.Has(TcpFlags.Syn) || listeners.Find(segment.Source) is not null
            || (listeners.Find(segment.Destination) is null && segment.Source.Port < segment.Destination.Port);
        var connection = sourceIsServer
            ? connections.Create(segment.Time, segment.Destination, segment.Source)
            : connections.Create(segment.Time, segment.Source, segment.Destination);
        connection.BeganEarlier = true;
        if (!segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Rst))
        {
            connection.Client.State = connection.Server.State = TcpState.Established;
            connection.Client.IsKnown = connection.Server.IsKnown = true;
        }

        return connections.Place(connection);
    }

    private static bool OpensAnother(ConnectionTable.Slot slot, in Segment segment)
    {
        var current = slot.Current;
        if (segment.Source == current.Client.Address)
            return current.Client.IssKnown ? current.Client.Iss != segment.Seq : current.Client.HasSent;
        return current.Client.State != TcpState.SynSent || (current.Server.IssKnown && current.Server.Iss != segment.Seq);
    }

    private ConnectionTable.Slot Open(ConnectionTable.Slot? old, in Segment segment)
    {
        if (old is not null && ConnectionTable.IsAlive(old.Current.Client) && old.Current.Client.Address == segment.Source)
        {
            writer.Change(old.Current, old.Current.Client, TcpState.Closed, new EventWriter.Reason(segment.Time)
            {
                NotBefore = old.Current.End,
                NotAfter = segment.Time,
                Note = "its port opens another connection: the old socket is gone",
            });
        }

        var connection = calls.TakePendingConnect(segment)
            ?? connections.Create(segment.Time, segment.Source, segment.Destination);
        connection.Client.Address = segment.Source;
        connection.FirstSyn = segment.Time;
        return connections.Place(connection);
    }

    /// <summary>Segments that belong to the sequence space of the connection before are its own: its old socket's ACK, and the RST that kills it.</summary>
    private static Connection OwnerOf(ConnectionTable.Slot slot, Side sender, in Segment segment)
    {
        if (slot.Previous is not { } previous || segment.Has(TcpFlags.Syn)) return slot.Current;
        var expected = sender == Side.Server ? previous.Server.SndNxt : previous.Server.RcvNxt;
        return slot.Current.Server.IssKnown || segment.Seq != expected ? slot.Current : previous;
    }

    private static bool IsRetransmission(ConnectionEnd sender, in Segment segment)
    {
        if (segment.SequenceLength == 0 || !sender.HasSent || segment.Has(TcpFlags.Rst)) return false;
        if (SequenceNumber.After(segment.NextSeq, sender.SndNxt)) return false;
        var isKeepAlive = segment.SequenceLength == 1 && segment.Length == 1 && segment.NextSeq == sender.SndNxt
            && sender.Sent.Find(segment.Seq) == 0;
        return !isKeepAlive;
    }

    /// <summary>
    /// A FIN that does not acknowledge the peer's FIN was sent before that one arrived: CLOSE_WAIT, inferred when the peer's
    /// FIN passed the capture point, had not been reached yet.
    /// </summary>
    private bool RevokeCrossedFin(Connection connection, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment)
    {
        if (sender.State != TcpState.CloseWait || !segment.Has(TcpFlags.Fin) || receiver.FinEvent == 0) return false;
        if (!SequenceNumber.Before(segment.Ack, receiver.FinNext) || sender.Evidence != Evidence.Inferred) return false;
        writer.Change(connection, sender, TcpState.Established, new EventWriter.Reason(segment.Time)
        {
            CausedBy = receiver.FinEvent,
            Note = "correction: its own FIN does not acknowledge the peer's, which had not arrived yet",
        });
        sender.FinAwaited = receiver.FinNext;
        sender.FinCrossed = true;
        return true;
    }

    private static (long Cause, string? Note) CauseOf(
        Connection connection, ConnectionTable.Slot slot, ConnectionEnd sender, in Segment segment, bool again)
    {
        if (segment.Has(TcpFlags.Syn)) return CauseOfSyn(connection, slot, sender, segment);
        if (again)
        {
            var original = sender.Sent.Find(segment.Seq);
            return (original, original == 0 ? "sent again" : $"retransmission of event {original}");
        }

        if (segment.Has(TcpFlags.Fin) && sender.Closing.Event != 0) return (sender.Closing.Event, null);
        if (segment.Length > 0) return (sender.Written.Find(unchecked(segment.Seq + (uint)segment.Length - 1)), null);
        if (segment.Has(TcpFlags.Fin)) return (0, null);
        if (sender.AckOwed.Event != 0) return (sender.AckOwed.Event, DelayNote(segment.Time - sender.AckOwed.Time));
        var readSince = sender.Socket?.LastReceive ?? default;
        if (readSince.Event > sender.LastReceived.Event && segment.Ack == sender.LastAckSent && segment.Window != sender.LastWindowSent)
            return (readSince.Event, "window update");
        return (sender.LastReceived.Event, null);
    }

    private static (long Cause, string? Note) CauseOfSyn(
        Connection connection, ConnectionTable.Slot slot, ConnectionEnd sender, in Segment segment)
    {
        var isFirst = sender.Syns == 0;
        if (!segment.Has(TcpFlags.Ack))
        {
            if (isFirst) return (sender.ConnectEvent, null);

            // An ACK that a socket in SYN_SENT cannot use is answered by an RST, and the SYN sent again without waiting for
            // the timer (Linux: tcp_rcv_synsent_state_process), for the peer's old socket is gone now.
            if (slot.Current.Client.LastReceived is { } refused && refused.Event > sender.LastSyn.Event)
                return (refused.Event, $"SYN retransmission {sender.Syns}, at once after the RST");
            return (sender.LastSyn.Event, string.Create(CultureInfo.InvariantCulture,
                $"SYN retransmission {sender.Syns}, {(segment.Time - sender.LastSyn.Time) / 1e9:F3} s after the one before"));
        }

        if (isFirst) return (connection.Client.LastSyn.Event, null);
        var answersAgain = connection.Client.LastSyn.Event > sender.LastSyn.Event;
        return (answersAgain ? connection.Client.LastSyn.Event : sender.LastSyn.Event,
            string.Create(CultureInfo.InvariantCulture,
                $"SYN-ACK retransmission {sender.Syns}, {(segment.Time - sender.LastSyn.Time) / 1e9:F3} s after the one before"));
    }

    /// <summary>An ACK that took longer than the kernel needs to answer at once was delayed on purpose (RFC 1122 section 4.2.3.2).</summary>
    private static string? DelayNote(long nanoseconds) => nanoseconds < 10_000_000
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"delayed ACK, {nanoseconds / 1e6:F1} ms");

    private void BeforeSegment(
        ConnectionTable.Slot slot, Connection connection, ConnectionEnd sender, in Segment segment, long cause, ResetVerdict? verdict)
    {
        if (verdict is not null)
        {
            // A socket in SYN_SENT that refuses an ACK it cannot use lives on; so does one that is merely asked for.
            if (!ConnectionTable.IsAlive(sender) || slot.SocketAt(sender.Side).End.State == TcpState.SynSent) return;
            Move(connection, sender, TcpState.Closed, segment.Time, verdict.Evidence, BoundFrom(sender, verdict.Evidence));
            return;
        }

        if (SegmentRules.AfterSending(sender.State, segment) is not { } next) return;
        if (next == TcpState.SynRecv) EndRecycledTimeWait(slot, connection, segment);
        var isPassive = next == TcpState.SynRecv && sender.State == TcpState.Closed;
        writer.Change(connection, sender, next, new EventWriter.Reason(segment.Time)
        {
            CausedBy = cause,
            NotBefore = next == TcpState.SynRecv ? OrNull(connection.Client.LastSyn) : BoundFrom(sender, cause),
            NotAfter = segment.Time,
            From = isPassive ? TcpState.Listen : null,
        });
        if (next == TcpState.SynSent) sender.ConnectEvent = cause;
    }

    /// <summary>A SYN that is accepted where a TIME_WAIT stood ends it (RFC 9293 section 3.10.7.4, RFC 6191).</summary>
    private void EndRecycledTimeWait(ConnectionTable.Slot slot, Connection connection, in Segment segment)
    {
        if (slot.Previous is not { } previous || previous == connection) return;
        writer.Change(previous, previous.Server, TcpState.Closed, new EventWriter.Reason(segment.Time)
        {
            CausedBy = connection.Client.LastSyn.Event,
            NotBefore = OrNull(connection.Client.LastSyn),
            NotAfter = segment.Time,
            Note = "a new SYN takes its place",
        });
        connections.Forget(slot);
    }

    private void NoteSent(Connection connection, ConnectionEnd sender, in Segment segment, long number, bool again)
    {
        sender.Segments++;
        if (again) sender.Retransmissions++;
        if (segment.Has(TcpFlags.Syn))
        {
            sender.Syns++;
            sender.LastSyn = new TimelineMark(number, segment.Time);
            if (!sender.IssKnown) sender.OpenStream(segment.Seq);
        }

        if (segment.Has(TcpFlags.Fin) && sender.FinEvent == 0)
        {
            sender.FinEvent = number;
            sender.FinNext = segment.NextSeq;
            connection.FirstToFinish ??= sender.Side;
        }

        if (segment.Has(TcpFlags.Rst)) return;
        if (segment.SequenceLength > 0 && !again)
        {
            sender.Bytes += sender.HasSent ? Math.Min(segment.Length, NewBytes(sender, segment)) : segment.Length;
            sender.Sent.Add(segment.Seq, segment.NextSeq, number);
        }

        sender.Advance(segment.NextSeq);
        if (!segment.Has(TcpFlags.Ack)) return;
        sender.AckOwed = default;
        sender.LastAckSent = segment.Ack;
        sender.LastWindowSent = segment.Window;
    }

    private static long NewBytes(ConnectionEnd sender, in Segment segment) =>
        Math.Max(0, SequenceNumber.Difference(segment.NextSeq, sender.SndNxt) - (segment.Has(TcpFlags.Fin) ? 1 : 0));

    private void AfterSegment(
        ConnectionTable.Slot slot, Connection connection, ConnectionEnd receiver, ConnectionEnd sender, in Segment segment, long number)
    {
        var receiverStateBefore = ShownState(slot, receiver.Side);
        receiver.LastReceived = new ReceivedSegment(
            number, segment.Time, segment.Flags, segment.Ack, segment.NextSeq, segment.Length, receiverStateBefore);
        if (segment.SequenceLength > 0 && !segment.Has(TcpFlags.Rst)) receiver.AckOwed = new TimelineMark(number, segment.Time);

        // What answers a SYN that reached the old socket of another connection is that socket's.
        if (slot.Previous is { } previous && receiver.Side == Side.Server && connection == slot.Current)
            previous.Server.AckOwed = receiver.AckOwed;
        if (slot.Previous is { } old && receiver.Side == Side.Client && connection == old)
            slot.Current.Client.LastReceived = receiver.LastReceived;

        if (segment.Has(TcpFlags.Rst))
        {
            if (IsAcceptableReset(receiver, segment) && !IsDenied(connection, receiver, TcpState.Closed, segment.Time))
                Move(connection, receiver, TcpState.Closed, segment.Time, number, segment.Time);
            if (slot.Previous is { } gone && !ConnectionTable.IsAlive(gone.Server)) connections.Forget(slot);
            return;
        }

        Arrive(receiver, segment);
        if (segment.Has(TcpFlags.Ack))
        {
            receiver.Written.Settle(segment.Ack);
            receiver.Sent.Settle(segment.Ack);
            var acksSyn = receiver.IssKnown && SequenceNumber.After(segment.Ack, receiver.Iss);
            var acksFin = receiver.FinEvent != 0 && !SequenceNumber.Before(segment.Ack, receiver.FinNext);
            if (SegmentRules.AfterAck(receiver.State, acksSyn, acksFin, segment.Has(TcpFlags.Syn)) is { } acked
                && !writer.WasRefused(connection, receiver, segment.Time)
                && !IsDenied(connection, receiver, acked, segment.Time))
            {
                if (receiver.State == TcpState.SynRecv) connection.Established ??= segment.Time;
                Move(connection, receiver, acked, segment.Time, number, segment.Time);
            }

            // The sender's ACK proves that a FIN which had passed here before has reached it.
            if (sender.FinAwaited is { } awaited && !SequenceNumber.Before(segment.Ack, awaited))
            {
                sender.FinAwaited = null;
                if (SegmentRules.AfterFin(sender.State) is { } late)
                    Move(connection, sender, late, segment.Time, receiver.FinEvent, null);
            }
        }

        if (!segment.Has(TcpFlags.Fin)) return;
        if (receiver.RcvNxtKnown && receiver.RcvNxt != segment.NextSeq)
            receiver.FinAwaited = segment.NextSeq;
        else if (SegmentRules.AfterFin(receiver.State) is { } finished && !IsDenied(connection, receiver, finished, segment.Time))
            Move(connection, receiver, finished, segment.Time, number, segment.Time);
    }

    /// <summary>Counts what has arrived in order. After a gap the next bytes do not count until it is filled.</summary>
    private static void Arrive(ConnectionEnd receiver, in Segment segment)
    {
        if (!receiver.RcvNxtKnown || segment.Has(TcpFlags.Syn))
        {
            receiver.RcvNxt = segment.NextSeq;
            receiver.RcvNxtKnown = true;
            receiver.BytesArrived += segment.Length;
            return;
        }

        if (SequenceNumber.After(segment.Seq, receiver.RcvNxt) || !SequenceNumber.After(segment.NextSeq, receiver.RcvNxt)) return;
        receiver.BytesArrived += SequenceNumber.Difference(segment.NextSeq, receiver.RcvNxt) - (segment.Has(TcpFlags.Fin) ? 1 : 0);
        receiver.RcvNxt = segment.NextSeq;
    }

    /// <summary>RFC 9293 section 3.10.7.3 for SYN_SENT; RFC 5961 section 3.2 otherwise: exactly the next sequence number.</summary>
    private static bool IsAcceptableReset(ConnectionEnd receiver, in Segment segment) => receiver.State switch
    {
        TcpState.Closed or TcpState.Listen => false,
        TcpState.SynSent => segment.Has(TcpFlags.Ack) && receiver.HasSent && segment.Ack == receiver.SndNxt,
        _ => !receiver.RcvNxtKnown || segment.Seq == receiver.RcvNxt,
    };

    private void Move(
        Connection connection, ConnectionEnd end, TcpState to, Timestamp time, long cause, Timestamp? notBefore) =>
        writer.Change(connection, end, to, new EventWriter.Reason(time)
        {
            CausedBy = cause,
            NotBefore = notBefore,
            NotAfter = end.LastReceived.Event == cause ? null : time,
        });

    private bool IsDenied(Connection connection, ConnectionEnd end, TcpState to, Timestamp time)
    {
        var listens = end.Side == Side.Server && listeners.Find(end.Address) is { State: TcpState.Listen };
        if (!writer.IsDenied(connection, end, to, time, listens)) return false;
        var cause = end.LastReceived.Event;
        writer.Disagree(connection, cause,
            $"The segment of event {cause} would have moved the {end.Side.ToText()} from {end.State.ToRfcName()} to {to.ToRfcName()} (RFC 9293); the kernel reports no such change.");
        return true;
    }

    private static Timestamp? BoundFrom(ConnectionEnd end, long cause)
    {
        if (cause == 0) return null;
        if (cause == end.Closing.Event) return end.Closing.Time;
        return cause == end.LastReceived.Event ? end.LastReceived.Time : end.ConnectTime;
    }

    private static string Join(string? first, string second) => first is null ? second : $"{first}; {second}";

    private static Timestamp? OrNull(TimelineMark mark) => mark.Event == 0 ? null : mark.Time;

    /// <summary>The state to print for an end: of the socket that stands there, or of the listener a SYN would meet.</summary>
    private TcpState? ShownState(ConnectionTable.Slot slot, Side side)
    {
        var (_, end) = slot.SocketAt(side);
        if (end.IsKnown) return end.State;
        return side == Side.Server ? listeners.Find(end.Address)?.State : null;
    }
}
