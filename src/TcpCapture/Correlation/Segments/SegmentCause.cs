using System.Globalization;
using System.Runtime.CompilerServices;
using TcpCapture.Correlation.Clues;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Finds the event that made an end send a segment: a call, a segment it answers, or one it retransmits.</summary>
internal static class SegmentCause
{
    /// <summary>
    /// True if its sender had sent it before. Wireshark's marks differ: it takes one retransmitted byte for a keep-alive, a
    /// retransmission within a round-trip time for out of order, and the SYN-ACK of a simultaneous open for a retransmission.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    // isEarlier: its time is before that of a segment already processed, so it may only be late in the file.
    public static bool IsRetransmission(
        ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, SegmentMarks marks, bool isEarlier) =>
        (marks != SegmentMarks.None || sender.SndNxt == 0) && MayBeRetransmission(sender, receiver, segment, marks, isEarlier);

    private static bool MayBeRetransmission(
        ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, SegmentMarks marks, bool isEarlier)
    {
        if (isEarlier && (IsSynAlone(segment) ? sender.Syns == 0 : !sender.HasSentAllOf(segment))) return false;
        if ((marks & SegmentMarks.Retransmission) != 0) return !segment.Has(TcpFlags.Syn | TcpFlags.Ack) || sender.SentSynAck;
        if ((marks & SegmentMarks.OutOfOrder) != 0) return sender.HasSentAllOf(segment);
        if (sender is { HasSent: true, SndNxt: 0 }) return IsBehind(sender, segment);
        return (marks & SegmentMarks.KeepAlive) != 0 && segment.Length > 0
            && sender.HasSentAllOf(segment) && !receiver.HasAcknowledged(segment.NextSeq);
    }

    /// <summary>True if the segment carries nothing new, even if the original was not captured.</summary>
    public static bool IsBehind(ConnectionEnd sender, in Segment segment)
    {
        if (segment.SequenceLength == 0 || !sender.HasSent || segment.Has(TcpFlags.Rst)) return false;
        if (SequenceNumber.After(segment.NextSeq, sender.SndNxt)) return false;
        if (segment.Has(TcpFlags.Syn | TcpFlags.Ack) && !sender.SentSynAck) return false; // in a simultaneous open it answers a SYN
        return !IsProbe(sender, segment);
    }

    /// <summary>Marks of keep-alives and window probes.</summary>
    public const SegmentMarks ProbeMarks = SegmentMarks.KeepAlive | SegmentMarks.ZeroWindowProbe;

    public static bool IsSynAlone(in Segment segment) => segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack);

    /// <summary>True for a keep-alive or window probe (RFC 9293 sections 3.8.4 and 3.8.6.1), not a retransmission.</summary>
    private static bool IsProbe(ConnectionEnd sender, in Segment segment) =>
        sender.HasSent && segment.Length <= 1 && segment.Seq == unchecked(sender.SndNxt - 1)
        && (segment.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) == 0 && sender.FindSent(segment.Seq) == 0;

    /// <summary>How much longer than a round trip an ACK must take to be called delayed.</summary>
    private const long MinDelay = 20_000_000;

    /// <summary>No retransmission timer is shorter.</summary>
    private const long MaxAtOnce = 200_000_000;

    public static (long Cause, string? Note) Of(
        Connection connection, ConnectionTable.Slot slot, ConnectionEnd sender, in Segment segment, bool again)
    {
        if (segment.Has(TcpFlags.Syn)) return CauseOfSyn(connection, slot, sender, segment);
        if (again)
        {
            var original = sender.FindSent(segment.Seq);
            return (original, original == 0 ? "retransmission" : $"retransmission of event {original}");
        }

        if (segment.Has(TcpFlags.Fin) && sender.Closing.Event != 0) return (sender.Closing.Event, null);
        if (IsProbe(sender, segment))
            return (0, connection[sender.Side.Peer()] is { HasSent: true, LastWindowSent: 0 } ? "zero-window probe" : "keep-alive");
        if (segment.Length > 0)
        {
            var send = sender.FindWritten(unchecked(segment.Seq + (uint)segment.Length - 1));
            return (send == 0 ? sender.SendInProgress : send, null);
        }

        if (segment.Has(TcpFlags.Fin)) return (0, null);
        if (sender.AckOwed is { Event: not 0 } owed) return (owed.Event, DelayNote(connection, sender.Side, segment.Time - owed.Time));
        var readSince = sender.Socket?.LastReceive ?? default;
        if (readSince.Event > sender.LastReceived.After && segment.Ack == sender.LastAckSent && segment.Window != sender.LastWindowSent)
            return (readSince.Event, "window update");
        return (sender.LastReceived.Event, null);
    }

    private static (long Cause, string? Note) CauseOfSyn(
        Connection connection, ConnectionTable.Slot slot, ConnectionEnd sender, in Segment segment)
    {
        if (IsSynAlone(segment))
        {
            if (sender.Syns == 0) return (sender.ConnectEvent, null);

            // Linux answers an unacceptable ACK in SYN_SENT with an RST, which ends the peer's old socket, and retransmits the
            // SYN at once (tcp_rcv_synsent_state_process).
            if (slot.Current.Client.LastReceived is { } refused && refused.After >= sender.LastSyn.Event
                && (refused.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) == TcpFlags.Ack
                && (connection.DiscoveryReset > sender.LastSyn.Event || IsAfterReset(slot.Current.Clues, sender, segment)))
                return (refused.Event, $"SYN retransmission {sender.Syns}, at once after the RST");
            return (sender.LastSyn.Event, Retransmitted("SYN", sender, segment));
        }

        // Where times run backwards, the SYN of the file's next frame was answered before.
        var asked = connection[sender.Side.Peer()].LastSyn;
        if (!sender.SentSynAck) return (asked.Event, null);
        var cause = asked.Time < sender.LastSyn.Time ? sender.LastSyn.Event : Math.Max(asked.Event, sender.LastSyn.Event);
        return (cause, Retransmitted("SYN-ACK", sender, segment));
    }

    /// <summary>True if the client sent an RST after its latest SYN, and this SYN right after the RST.</summary>
    private static bool IsAfterReset(ConnectionClues clues, ConnectionEnd sender, in Segment segment)
    {
        foreach (var reset in clues.Resets)
        {
            if (reset.By == Side.Client && reset.Event > sender.LastSyn.Event
                && segment.Time.Nanoseconds - reset.Time is >= 0 and < MaxAtOnce) return true;
        }

        return false;
    }

    // A time of 0 is none, and times can run backwards.
    private static string Retransmitted(string what, ConnectionEnd sender, in Segment segment)
    {
        var interval = segment.Time - sender.LastSyn.Time;
        var after = interval < 0 || segment.Time == default ? "" : string.Create(
            CultureInfo.InvariantCulture, $", {interval / 1e9:F3} s after the one before");
        return string.Create(CultureInfo.InvariantCulture, $"{what} retransmission {sender.Syns}{after}");
    }

    /// <summary>A delayed ACK (RFC 1122 section 4.2.3.2) takes longer than the end's fastest answer, which is its round trip.</summary>
    private static string? DelayNote(Connection connection, Side side, long nanoseconds)
    {
        if (nanoseconds < MinDelay) return null;
        return FastestAnswer(connection, side) is { } fastest && nanoseconds - fastest >= MinDelay
            ? string.Create(CultureInfo.InvariantCulture, $"delayed ACK, {nanoseconds / 1e6:F1} ms") : null;
    }

    /// <summary>The shortest time in which an end answered, also in the handshake, as the capture point saw it; null if unknown.</summary>
    private static long? FastestAnswer(Connection connection, Side side)
    {
        var clues = connection.Clues;
        long? fastest = clues[side].FastestAnswer is > 0 and var microseconds ? microseconds * 1000L : null;
        ref var opening = ref clues.Opening;
        if (opening.SynAcks == 0) return fastest;
        var shake = side == Side.Server ? opening.SynAckTime - opening.LastSyn
            : connection.Established is { } established ? established.Nanoseconds - opening.LastSynAckTime : -1;
        return shake >= 0 && !(fastest < shake) ? shake : fastest;
    }
}
