using System.Runtime.CompilerServices;

namespace TcpCapture.PeerTools.Wireshark;

/// <summary>What Wireshark's TCP analysis keeps of the segments one end has sent. Small, for there are two a connection.</summary>
internal struct WiresharkDirection
{
    /// <summary>No segment has told its window yet; no 16-bit window is this.</summary>
    private const uint NoWindow = uint.MaxValue;

    /// <summary>
    /// What stands in <see cref="DuplicateAcks"/> after the peer has acknowledged more than was ever seen. It is counted as very
    /// many, so that a retransmission soon after it is a fast one.
    /// </summary>
    private const uint Overtaken = uint.MaxValue;

    private const short UnknownScale = -1;
    private const short NoScale = -2;

    private uint _window;
    private short _scale;
    private bool _isScaleIgnored;

    /// <summary>Before the first segment.</summary>
    public WiresharkDirection()
    {
        _window = NoWindow;
        _scale = UnknownScale;
    }

    /// <summary>The sequence number after the highest one sent; 0 is taken for "none yet", as Wireshark does.</summary>
    public uint NextSeq { get; private set; }

    /// <summary>When <see cref="NextSeq"/> was reached, in ns.</summary>
    public long NextSeqTime { get; private set; }

    /// <summary>How far the peer may acknowledge: what was seen without a hole. 0 is "nothing yet".</summary>
    public uint AckLimit { get; private set; }

    /// <summary>The last segment's acknowledgement field, whatever its flags.</summary>
    public uint LastAck { get; private set; }

    /// <summary>When that segment passed, in ns.</summary>
    public long LastTime { get; private set; }

    /// <summary>Duplicate acknowledgements since the acknowledgement last moved.</summary>
    public uint DuplicateAcks { get; private set; }

    /// <summary>The sequence number of its SYN, or what that must have been, once <see cref="IsBaseKnown"/>.</summary>
    public uint Base { get; private set; }

    /// <summary>True once a segment of either end has told <see cref="Base"/>.</summary>
    public bool IsBaseKnown { get; private set; }

    /// <summary>The marks of its last segment.</summary>
    public SegmentMarks LastMarks { get; private set; }

    /// <summary>True if a segment has told its window, and it was 0.</summary>
    public readonly bool IsClosed => _window == 0;

    /// <summary>True if the window is as it was in the segment before.</summary>
    public readonly bool IsWindow(ushort window) => _window == window;

    /// <summary>True if it is known where the offered window ends, and <paramref name="seq"/> is there.</summary>
    public readonly bool IsWindowEnd(uint seq) =>
        _scale != UnknownScale && seq == unchecked(LastAck + (_window << (_isScaleIgnored || _scale == NoScale ? 0 : _scale)));

    /// <summary>Learns the initial sequence number, if it is not known.</summary>
    public void LearnBase(uint seq)
    {
        if (IsBaseKnown) return;
        Rebase(seq);
    }

    /// <summary>A SYN-ACK with another initial sequence number: from now on that one counts.</summary>
    public void Rebase(uint seq)
    {
        Base = seq;
        IsBaseKnown = true;
    }

    /// <summary>Its SYN is repeated: what came after what is known without a hole is forgotten.</summary>
    public void Rewind() => NextSeq = AckLimit;

    /// <summary>One more duplicate acknowledgement; the first after the peer was overtaken counts as one.</summary>
    public void CountDuplicateAck() => DuplicateAcks = unchecked(DuplicateAcks + 1) is var next && next == 0 ? 1 : next;

    /// <summary>The acknowledgement has moved.</summary>
    public void ForgetDuplicateAcks() => DuplicateAcks = 0;

    /// <summary>The peer acknowledges more than <see cref="AckLimit"/>.</summary>
    /// <returns>True if this is news.</returns>
    public bool Overtake()
    {
        if (Precedes(AckLimit, NextSeq))
        {
            AckLimit = NextSeq;
            return true;
        }

        var isFirst = DuplicateAcks == 0;
        DuplicateAcks = Overtaken;
        return isFirst;
    }

    /// <summary>Moves on by a segment that has been judged.</summary>
    /// <param name="seq">Its sequence number.</param>
    /// <param name="next">The one after it.</param>
    /// <param name="time">When it passed, in ns.</param>
    /// <param name="isProbe">A zero-window probe: its byte is not counted as sent.</param>
    public void Advance(uint seq, uint next, long time, bool isProbe)
    {
        if (isProbe) return;
        if (NextSeq == 0 || Follows(next, NextSeq))
        {
            NextSeq = next;
            NextSeqTime = time;
        }

        if (AckLimit == 0 || seq == AckLimit) AckLimit = NextSeq;
    }

    /// <summary>Moves on by the next segment, of which there is nothing to be said.</summary>
    /// <param name="seq">Its sequence number.</param>
    /// <param name="next">The one after it.</param>
    /// <param name="ack">What it acknowledges.</param>
    /// <param name="window">The window it offers.</param>
    /// <param name="time">When it passed, in ns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Continue(uint seq, uint next, uint ack, ushort window, long time)
    {
        if (next != seq)
        {
            NextSeq = next;
            NextSeqTime = time;
        }

        if (AckLimit == 0 || seq == AckLimit) AckLimit = next;
        if (ack != LastAck) ForgetDuplicateAcks();
        IgnoreScale(false);
        Remember(ack, window, time, SegmentMarks.None);
    }

    /// <summary>Keeps what the next segments are compared with.</summary>
    public void Remember(uint ack, ushort window, long time, SegmentMarks marks)
    {
        LastAck = ack;
        LastTime = time;
        LastMarks = marks;
        _window = window;
    }

    /// <summary>Its segment has a window scale option.</summary>
    public void Scale(byte shift) => _scale = shift;

    /// <summary>A SYN's own window, and the one until the first ACK, count unscaled.</summary>
    public void IgnoreScale(bool isIgnored) => _isScaleIgnored = isIgnored;

    /// <summary>After a SYN: windows are scaled only if both ends said so.</summary>
    public static void AgreeOnScale(ref WiresharkDirection sender, ref WiresharkDirection peer, bool isSynAck)
    {
        if (sender._scale == UnknownScale) sender._scale = peer._scale = NoScale;
        else if (isSynAck && peer._scale == NoScale) sender._scale = NoScale;
    }

    /// <summary>Wireshark's "greater than": two numbers half the sequence space apart are each greater than the other.</summary>
    public static bool Follows(uint a, uint b) => unchecked((int)(b - a)) < 0;

    /// <summary>Wireshark's "less than".</summary>
    public static bool Precedes(uint a, uint b) => unchecked((int)(a - b)) < 0;
}
