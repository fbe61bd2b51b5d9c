using System.Runtime.CompilerServices;
using TcpCapture.Model;
using static TcpCapture.PeerTools.Wireshark.WiresharkDirection;

namespace TcpCapture.PeerTools.Wireshark;

/// <summary>The marks Wireshark's TCP analysis gives the segments of one connection, and its completeness.</summary>
// The rules are those of tshark 4.0.17 with default preferences, found by comparing its output for generated traffic.
// Odd rules are kept, because marks are useful only if they are Wireshark's. Order of the checks: reused four-tuple;
// numbers and window of the own direction (probe, gap, keep-alive, duplicate acknowledgement); acknowledgement of unseen
// data; bytes, SYN or FIN before the highest number sent. No state is kept per segment, and SACK is ignored.
// TryAddFast takes the usual segment and gives the result of AddFully (FastPathTests).
internal sealed class WiresharkFlow
{
    /// <summary>Maximum time in ns from the last duplicate acknowledgement to a fast retransmission.</summary>
    private const ulong MaxFastDelay = 20_000_000;

    /// <summary>Maximum delay in ns of an out-of-order segment while the round-trip time is unknown.</summary>
    private const ulong MaxDelayWithoutRtt = 3_000_000;

    private const TcpFlags Control = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst;
    private const TcpFlags Opening = TcpFlags.Syn | TcpFlags.Ack;

    private PerSide<WiresharkDirection> _directions = new(new WiresharkDirection(), new WiresharkDirection());
    private long _synTime;
    private long _firstRtt;
    private int _firstParts;
    private bool _hasBegun;

    /// <summary>The four-tuple was used by an earlier connection.</summary>
    public bool IsPortUsedBefore { get; set; }

    /// <summary>Parts seen: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32; as in Wireshark and in tshark with <c>-2</c>.</summary>
    public int Completeness { get; private set; }

    public void Reset()
    {
        _directions = new PerSide<WiresharkDirection>(new WiresharkDirection(), new WiresharkDirection());
        (_synTime, _firstRtt, _firstParts, Completeness) = (0, 0, 0, 0);
        (_hasBegun, IsPortUsedBefore) = (false, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SegmentMarks Add(Side side, in Segment segment)
    {
        ref var sender = ref _directions.Of(side);
        ref var peer = ref _directions.Of(side.Peer());
        return TryAddFast(ref sender, ref peer, segment) ? SegmentMarks.None : AddFully(side, segment);
    }

    /// <summary>Adds the usual segment: in order and without marks. False, without effect, for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAddFast(ref WiresharkDirection sender, ref WiresharkDirection peer, in Segment segment)
    {
        var (seq, ack, length) = (segment._seq, segment._ack, segment._length);
        if ((segment._flags & (Control | TcpFlags.Ack)) != TcpFlags.Ack || seq != sender.NextSeq || seq == 0) return false;
        if (segment._window == 0 || length == 1) return false;
        if (!_hasBegun || !sender.IsBaseKnown || !peer.IsBaseKnown || (_firstRtt == 0 && _synTime != 0)) return false;
        if (segment._options.WindowScale is not null || (peer.AckLimit != 0 && Follows(ack, peer.AckLimit))) return false;
        var next = unchecked(seq + (uint)length);
        if (length == 0 ? ack == sender.LastAck : peer.IsWindowEnd(next)
            || (peer.LastAck != 0 && unchecked((int)(next - peer.LastAck)) <= 0)) return false;
        sender.Continue(seq, next, ack, segment._window, segment._time.Nanoseconds);
        Completeness |= _firstParts | (length > 0 ? 8 : 4);
        return true;
    }

    /// <summary>Adds any segment by all rules.</summary>
    public SegmentMarks AddFully(Side side, in Segment segment)
    {
        ref var sender = ref _directions.Of(side);
        ref var peer = ref _directions.Of(side.Peer());
        var flags = segment.Flags;
        var marks = SegmentMarks.None;
        if ((flags & TcpFlags.Syn) != 0) marks = Open(ref sender, ref peer, segment);
        LearnBases(ref sender, ref peer, segment);
        marks |= Judge(ref sender, peer, segment);
        if (segment.Ack != sender.LastAck) sender.ForgetDuplicateAcks();
        if (peer.AckLimit != 0 && Follows(segment.Ack, peer.AckLimit) && (flags & TcpFlags.Ack) != 0 && peer.Overtake())
            marks |= SegmentMarks.AcknowledgesUnseen;

        var takesSequence = segment.Length > 0 || (flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0;
        if (takesSequence && (marks & SegmentMarks.KeepAlive) == 0) marks |= Repetition(sender, peer, segment);

        var time = segment.Time.Nanoseconds;
        sender.Advance(segment.Seq, Next(segment), time, isProbe: (marks & SegmentMarks.ZeroWindowProbe) != 0);
        sender.Remember(segment.Ack, segment.Window, time, marks);
        Complete(segment);
        NoteHandshake(ref sender, ref peer, segment);
        return marks;
    }

    /// <summary>Checks whether a SYN or SYN-ACK belongs to another connection than the one before.</summary>
    private SegmentMarks Open(ref WiresharkDirection sender, ref WiresharkDirection peer, in Segment segment)
    {
        if ((segment.Flags & TcpFlags.Ack) != 0)
        {
            if (!sender.IsBaseKnown || sender.Base == segment.Seq) return SegmentMarks.None;
            sender.Rebase(segment.Seq);
            return SegmentMarks.PortReused;
        }

        if (!_hasBegun && IsPortUsedBefore)
        {
            Restart(ref sender, ref peer);
            return SegmentMarks.PortReused;
        }

        if (!sender.IsBaseKnown) return SegmentMarks.None;
        if (sender.Base == segment.Seq)
        {
            sender.Rewind();
            return SegmentMarks.None;
        }

        Restart(ref sender, ref peer);
        return SegmentMarks.PortReused;
    }

    private void Restart(ref WiresharkDirection sender, ref WiresharkDirection peer)
    {
        sender = new WiresharkDirection();
        peer = new WiresharkDirection();
        _synTime = _firstRtt = 0;
        _firstParts = 0;
        _hasBegun = true;
        Completeness = 1;
    }

    private static void LearnBases(ref WiresharkDirection sender, ref WiresharkDirection peer, in Segment segment)
    {
        sender.LearnBase((segment.Flags & TcpFlags.Syn) != 0 ? segment.Seq : unchecked(segment.Seq - 1));
        if ((segment.Flags & TcpFlags.Ack) != 0) peer.LearnBase(unchecked(segment.Ack - 1));
    }

    /// <summary>Compares numbers and window with those of the sender's last segment.</summary>
    private static SegmentMarks Judge(ref WiresharkDirection sender, in WiresharkDirection peer, in Segment segment)
    {
        var (seq, length) = (segment.Seq, segment.Length);
        var next = sender.NextSeq;
        if (length == 1 && seq == next && peer.IsClosed) return SegmentMarks.ZeroWindowProbe;

        var marks = SegmentMarks.None;
        var isPlain = (segment.Flags & Control) == 0;
        if (next != 0 && Follows(seq, next) && (segment.Flags & TcpFlags.Rst) == 0) marks |= SegmentMarks.LostSegment;
        if (!isPlain) return marks;
        if (segment.Window == 0) marks |= SegmentMarks.ZeroWindow;
        if (length <= 1 && seq == unchecked(next - 1)) marks |= SegmentMarks.KeepAlive;
        if (length > 0) return peer.IsWindowEnd(unchecked(seq + (uint)length)) ? marks | SegmentMarks.WindowFull : marks;
        if (seq != next || segment.Ack != sender.LastAck) return marks;
        return marks | Repeated(ref sender, peer.LastMarks, segment.Window);
    }

    /// <summary>Marks a segment without data that has the numbers of the one before.</summary>
    private static SegmentMarks Repeated(ref WiresharkDirection sender, SegmentMarks answered, ushort window)
    {
        if (!sender.IsWindow(window)) return window == 0 ? SegmentMarks.None : SegmentMarks.WindowUpdate;
        if (window == 0)
            return (answered & SegmentMarks.ZeroWindowProbe) != 0 ? SegmentMarks.ZeroWindowProbeAck : SegmentMarks.None;
        if ((answered & SegmentMarks.KeepAlive) != 0) return SegmentMarks.KeepAliveAck;
        sender.CountDuplicateAck();
        return SegmentMarks.DuplicateAck;
    }

    /// <summary>Marks a segment with data, SYN or FIN as retransmitted or out of order.</summary>
    private SegmentMarks Repetition(in WiresharkDirection sender, in WiresharkDirection peer, in Segment segment)
    {
        var (seq, length) = (segment.Seq, segment.Length);
        if (length > 0 && peer.LastAck != 0 && unchecked((int)(seq + (uint)length - peer.LastAck)) <= 0)
            return SegmentMarks.SpuriousRetransmission | SegmentMarks.Retransmission;
        if (sender.NextSeq == 0 || !Precedes(seq, sender.NextSeq)) return SegmentMarks.None;
        if (length > 1 && seq == unchecked(sender.NextSeq - 1)) return SegmentMarks.None; // the byte before was a probe's

        var time = segment.Time.Nanoseconds;
        if (peer.DuplicateAcks >= 2 && peer.LastAck == seq && Between(peer.LastTime, time) < MaxFastDelay)
            return SegmentMarks.FastRetransmission | SegmentMarks.Retransmission;
        var latest = _firstRtt == 0 ? MaxDelayWithoutRtt : unchecked((ulong)_firstRtt);
        return Between(sender.NextSeqTime, time) < latest && sender.NextSeq != Next(segment)
            ? SegmentMarks.OutOfOrder
            : SegmentMarks.Retransmission;
    }

    /// <summary>Time in ns between two moments; very long if time runs backwards.</summary>
    private static ulong Between(long earlier, long later) => unchecked((ulong)(later - earlier));

    /// <summary>The sequence number after the segment; SYN and FIN together count once, as in Wireshark.</summary>
    private static uint Next(in Segment segment) =>
        unchecked(segment.Seq + (uint)segment.Length + ((segment.Flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1u : 0));

    /// <summary>Updates completeness. As in tshark, a first segment other than a SYN counts only from the second segment on.</summary>
    private void Complete(in Segment segment)
    {
        var flags = segment.Flags;
        var parts = 0;
        if ((flags & TcpFlags.Ack) != 0) parts |= (flags & TcpFlags.Syn) != 0 ? 2 : segment.Length > 0 ? 8 : 4;
        if ((flags & (TcpFlags.Fin | TcpFlags.Ack)) == (TcpFlags.Fin | TcpFlags.Ack)) parts |= 16;
        if ((flags & TcpFlags.Rst) != 0) parts |= 32;
        if (_hasBegun)
        {
            Completeness |= _firstParts | parts;
            return;
        }

        _hasBegun = true;
        _firstParts = parts;
        if ((flags & Opening) == TcpFlags.Syn) Completeness = segment.Length > 0 ? 9 : 1; // data: TCP Fast Open
    }

    /// <summary>Notes the first round-trip time, SYN to ACK, and whether windows are scaled.</summary>
    private void NoteHandshake(ref WiresharkDirection sender, ref WiresharkDirection peer, in Segment segment)
    {
        var opening = segment.Flags & Opening;
        if (opening == TcpFlags.Ack)
        {
            if (_synTime != 0 && _firstRtt == 0) _firstRtt = segment.Time.Nanoseconds - _synTime;
            sender.IgnoreScale(false);
        }

        if (segment.Options.WindowScale is { } shift) sender.Scale(shift);
        if ((opening & TcpFlags.Syn) == 0) return;
        if (opening == TcpFlags.Syn) _synTime = segment.Time.Nanoseconds;
        sender.IgnoreScale(true);
        AgreeOnScale(ref sender, ref peer, isSynAck: opening == Opening);
    }
}
