using System.Globalization;
using System.Runtime.CompilerServices;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Clues;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Processes segments in capture order: moves the sender, writes the row, then moves the receiver.</summary>
internal sealed class SegmentCorrelator(
    ConnectionTable connections, EarlierConnections earlier, Listeners listeners, CallCorrelator calls, PendingKernelEvents kernelEvents,
    EventWriter writer, IMarkSink? markSink = null)
{
    private readonly SegmentOwners _owners = new(connections, earlier, calls, writer);
    private readonly SegmentDrops _drops = new(listeners, kernelEvents.Drops);
    private readonly CrossedFins _fins = new(writer);
    private readonly SegmentArrival _arrival = new(connections, listeners, writer);
    private readonly SegmentsInFlight _flights = new();
    private readonly ResetObserver _resets = new(listeners, kernelEvents, writer);

    /// <summary>Arrival time of the next segment in flight; null for none.</summary>
    public Timestamp? NextArrival => _flights.NextArrival;

    public void Arrive()
    {
        var (slot, connection, sender, segment, number, time) = _flights.Take();
        if (connections.Find(segment.FourTuple) != slot || !slot.Holds(connection)) return; // the connection has ended
        connection.End = Timestamp.Max(connection.End, time);
        var arrived = segment with { Time = time };
        _arrival.Process(slot, connection, sender, arrived, number, ShownState(slot, sender.Side.Peer()), isSeen: true);
        connections.Settle(connection, time);
        connections.Sweep(time);
    }

    /// <summary>Processes the next segment; <paramref name="known"/> is the slot of its four-tuple, or null.</summary>
    public void Process(in Segment segment, ConnectionTable.Slot? known, long frameNumber, in Frame frame)
    {
        var slot = _owners.SlotOf(segment, known);
        var senderSide = slot.SideOf(segment.Source);
        var passage = frame.Passage;
        var connection = SegmentOwners.OwnerOf(slot, senderSide, segment);
        var sender = connection[senderSide];
        var receiver = connection[senderSide.Peer()];
        var isEarlier = segment.Time < connection.End; // times run backwards
        if (isEarlier) connection.Start = Timestamp.Min(connection.Start, segment.Time);
        else connection.End = segment.Time;
        var marks = slot.Current.PeerState.Wireshark.Add(senderSide, segment);
        if (marks != SegmentMarks.None) ReportMarks(connection, senderSide, segment, frameNumber, marks);
        connection.PeerState.Add(senderSide, segment);
        var again = SegmentCause.IsRetransmission(sender, receiver, segment, marks, isEarlier);
        if (again && connection.Clues.ResetCount > 0 && SequenceNumber.After(segment.NextSeq, sender.SndNxt))
            again = false; // Wireshark takes the number of an RST without effect for sent
        if (connection.Clues.IsCopy(receiver, segment, again))
        {
            WriteCopy(slot, connection, senderSide, segment, frameNumber, marks, frame);
            return;
        }

        var finCrossed = CrossedFins.IsOne(sender, receiver, segment);
        if (finCrossed) _fins.RevokeArrival(connection, sender, receiver, segment);

        var isCrossedSyn = senderSide == Side.Server && SegmentCause.IsSynAlone(segment) && !again;
        var (cause, note) = SegmentCause.Of(connection, slot, sender, segment, again);
        if (segment.Flags == TcpFlags.Syn && listeners.Find(segment.Destination) is { IsFull: true, LastSample: { } queue })
        {
            connection.AcceptQueue = queue;
            note = Join(note, string.Create(CultureInfo.InvariantCulture,
                $"the accept queue is full: {queue.ReceiveQueue} connections, limit {queue.SendQueue}"));
        }

        if (passage is { Kind: PassageKind.Sent } && (again || SegmentCause.IsSynAlone(segment)) && segment.SequenceLength > 0)
            (connection.Arrivals ??= new Arrivals()).Add(senderSide, passage);
        if (_drops.Note(connection, receiver, segment, passage, again) is { } dropped) note = Join(note, dropped);
        ResetClue? reset = null;
        if (segment.Has(TcpFlags.Rst))
        {
            reset = _resets.Observe(connection, sender, segment, frameNumber, frame);
            cause = ResetObserver.CauseOf(reset);
            note = ResetObserver.Describe(reset);
        }
        else
        {
            AddClues(connection, sender, receiver, segment, frameNumber, again, marks);
        }

        _fins.ShowLateArrival(connection, sender, receiver, segment);
        BeforeSegment(slot, connection, sender, segment, cause, reset);
        if (segment.Has(TcpFlags.Fin) && !IsSeenTwice(passage)) _fins.ShowEarlierClose(connection, receiver, segment);
        reset?.Event = writer.NextNumber;
        if (finCrossed) note = "the FINs crossed";
        else if (isCrossedSyn) note = "the SYNs crossed";
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
            Marks = marks,
            Segment = segment,
            ClientState = ShownState(slot, Side.Client),
            ServerState = ShownState(slot, Side.Server),
            CausedBy = cause,
            Note = note,
            Passage = passage,
        }, frame);

        if (reset is not null && connection.Clues.ResetCount == 1) SegmentNotes.NoteDiscovery(slot, connection, sender, cause, number);
        sender.LastSent = (number, cause);
        SegmentNotes.NoteSent(connection, sender, segment, number, again);
        if (!IsSeenTwice(passage))
            _arrival.Process(slot, connection, sender, segment, number, ShownState(slot, receiver.Side), isSeen: false);
        else if (passage!.Arrival is { } arrival)
            _flights.Add(new SegmentsInFlight.Flight(slot, connection, sender, segment, number, arrival));
        connections.Settle(connection, segment.Time);
        connections.Sweep(segment.Time);
    }

    /// <summary>Processes a corrupt segment: it can begin a connection, but moves no state.</summary>
    public void ProcessCorrupt(in Segment segment, ulong hash)
    {
        var slot = connections.Find(segment, hash, out _);
        if (slot is null)
        {
            var isFromServer = segment.Has(TcpFlags.Syn | TcpFlags.Ack);
            slot = connections.Place(connections.Create(
                segment.Time, isFromServer ? segment.Destination : segment.Source, isFromServer ? segment.Source : segment.Destination,
                beganEarlier: !segment.Has(TcpFlags.Syn)));
        }

        slot.Current.End = Timestamp.Max(slot.Current.End, segment.Time);
        slot.Current.PeerState.AddCorrupt(slot.SideOf(segment.Source), segment);
    }

    /// <summary>
    /// <see cref="Process"/> for a segment that moves neither state and needs no row: nearly all of a large capture file.
    /// </summary>
    /// <param name="segment">The segment.</param>
    /// <param name="hash">The <see cref="FourTupleHash"/> of its four-tuple.</param>
    /// <param name="frameNumber">Number of its frame.</param>
    /// <param name="isProcessed">False if nothing was done and the segment needs <see cref="Process"/>.</param>
    /// <returns>The slot of its four-tuple; null if there is none.</returns>
    public ConnectionTable.Slot? ProcessFast(in Segment segment, ulong hash, long frameNumber, out bool isProcessed)
    {
        writer.BeginFrame(frameNumber);
        isProcessed = false;
        if (connections.Find(segment, hash, out var side) is not { } slot) return null;
        var connection = slot.Current;
        var (client, server) = (connection.Client, connection.Server);
        var sender = side == Side.Client ? client : server;
        var receiver = side == Side.Client ? server : client;
        if (!IsFast(slot, sender, receiver, segment)) return slot;
        var isEarlier = segment._time < connection.End;
        if (isEarlier) connection.Start = Timestamp.Min(connection.Start, segment._time);
        else connection.End = segment._time;
        var state = connection.PeerState;
        var marks = state.Wireshark.Add(side, segment);
        if (marks != SegmentMarks.None) ReportMarks(connection, side, segment, frameNumber, marks);
        state.Add(side, segment);
        var number = writer.Skip();
        var again = SegmentCause.IsRetransmission(sender, receiver, segment, marks, isEarlier);
        var clues = connection.Clues;
        if (again || segment._identification == clues[side].Identification)
        {
            if (clues.IsCopy(receiver, segment, again))
            {
                clues.AddCopy(segment, frameNumber);
                isProcessed = true;
                return slot;
            }
        }

        clues.Add(sender, receiver, segment, frameNumber, again);
        if ((marks & SegmentCause.ProbeMarks) != 0) clues.AddProbe(sender, segment, frameNumber, marks);
        sender.NoteSent(segment, again);
        if (segment.Has(TcpFlags.Ack)) sender.NoteAckSent(segment, receiver);
        receiver.NoteReceived(segment, number);
        receiver.Receive(segment);
        connections.Sweep(segment._time);
        isProcessed = true;
        return slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFast(ConnectionTable.Slot slot, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment) =>
        (segment.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | Segment.Quoted)) == 0
        && !slot.Current.WritesSegments
        && slot.Current.Clues.ResetCount == 0
        && slot.Previous is null
        && sender is { IsKnown: true, FinAwaited: null, AckHeld: 0 }
        && receiver is { IsKnown: true, FinAwaited: null, AckHeld: 0 }
        && !SegmentRules.IsMovedByAck(receiver.State);

    /// <summary>Keeps what the segment shows for the diagnosis.</summary>
    private void AddClues(
        Connection connection, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, long frame, bool again, SegmentMarks marks)
    {
        var clues = connection.Clues;
        clues.AddAfterReset(sender, receiver, segment, frame);
        clues.Add(sender, receiver, segment, frame, again);
        if ((marks & SegmentCause.ProbeMarks) != 0) clues.AddProbe(sender, segment, frame, marks);
        if (clues.ResetCount > 0) _resets.Revive(connection, sender, segment);
    }

    /// <summary>Writes the row of a packet that was captured before: it is no retransmission and moves no state.</summary>
    private void WriteCopy(
        ConnectionTable.Slot slot, Connection connection, Side sender, in Segment segment, long frameNumber, SegmentMarks marks,
            in Frame frame)
    {
        connection.Clues.AddCopy(segment, frameNumber);
        writer.Write(new TimelineEvent
        {
            Number = writer.NextNumber,
            Kind = EventKind.Segment,
            Time = segment.Time,
            Connection = connection,
            Side = sender,
            Frame = frameNumber,
            IsReadable = true,
            IsCopy = true,
            Marks = marks,
            Segment = segment,
            ClientState = ShownState(slot, Side.Client),
            ServerState = ShownState(slot, Side.Server),
            Note = "the same packet captured again: same IP identification and numbers",
            Passage = frame.Passage,
        }, frame);
    }

    /// <summary>True if the other host also captured, so the arrival is a separate observation or did not happen.</summary>
    private static bool IsSeenTwice(FramePassage? passage) => passage is { Kind: PassageKind.Sent, MayHaveBeenMissed: false };

    [MethodImpl(MethodImplOptions.NoInlining)] // rare
    private void ReportMarks(Connection connection, Side sender, in Segment segment, long frameNumber, SegmentMarks marks) =>
        markSink?.OnMarked(connection, sender, segment.Time, frameNumber, marks);

    private void BeforeSegment(
        ConnectionTable.Slot slot, Connection connection, ConnectionEnd sender, in Segment segment, long cause, ResetClue? reset)
    {
        if (reset is not null)
        {
            // A socket in SYN_SENT that refuses an unacceptable ACK stays open.
            if (!ConnectionTable.IsAlive(sender) || slot.SocketAt(sender.Side).End.State == TcpState.SynSent) return;
            if (ResetObserver.EndsSender(reset))
                writer.Move(connection, sender, TcpState.Closed, segment.Time, cause, BoundFrom(sender, cause));
            return;
        }

        if (connection.Clues.ResetCount > 0 && segment.Time < connection.End) return; // times run backwards: it was reset after that
        if (SegmentRules.AfterSending(sender.State, segment) is not { } next) return;
        if (next == TcpState.SynRecv) EndRecycledTimeWait(slot, connection, segment);
        var isPassive = next == TcpState.SynRecv && sender.State == TcpState.Closed;
        writer.Change(connection, sender, next, new EventWriter.Reason(segment.Time)
        {
            CausedBy = cause,
            NotBefore = next == TcpState.SynRecv ? OrNull(connection[sender.Side.Peer()].LastSyn) : BoundFrom(sender, cause),
            NotAfter = segment.Time,
            From = isPassive ? TcpState.Listen : null,
        });
        if (next == TcpState.SynSent && cause != 0) sender.ConnectEvent = cause;
    }

    /// <summary>Ends a TIME_WAIT replaced by a new connection (RFC 9293 section 3.10.7.4, RFC 6191).</summary>
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

    private static Timestamp? BoundFrom(ConnectionEnd end, long cause)
    {
        if (cause == 0) return null;
        if (cause == end.Closing.Event) return end.Closing.Time;
        return cause == end.LastReceived.Event ? end.LastReceived.Time : end.ConnectTime;
    }

    private static string Join(string? first, string second) => first is null ? second : $"{first}; {second}";

    private static Timestamp? OrNull(EventRef reference) => reference.Event == 0 ? null : reference.Time;

    /// <summary>The state to show for an end: of its socket, or of the listener that receives the SYN.</summary>
    private TcpState? ShownState(ConnectionTable.Slot slot, Side side)
    {
        var (_, end) = slot.SocketAt(side);
        if (end.IsKnown) return end.State;
        return side == Side.Server ? listeners.Find(end.Address)?.State : null;
    }
}

/// <summary>The discovery that a connection was half-open (RFC 9293 section 3.5.1).</summary>
/// <param name="New">The connection that its client was opening.</param>
/// <param name="Syn">Event of the new SYN, which reached the old socket.</param>
/// <param name="Ack">Event of the old socket's answer.</param>
/// <param name="Reset">Event of the client's RST.</param>
internal sealed record HalfOpenDiscovery(Connection New, long Syn, long Ack, long Reset);
