using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.PeerTools.Wireshark;

/// <summary>Wireshark's state of one direction. Small, because every connection has two.</summary>
internal struct WiresharkDirection
{
    private const uint NoWindow = uint.MaxValue; // no window seen yet; not a 16-bit value

    /// <summary><see cref="DuplicateAcks"/> after the peer acknowledged unseen data: many, so a soon retransmission is fast.</summary>
    private const uint Overtaken = uint.MaxValue;

    private const short UnknownScale = -1;
    private const short NoScale = -2;

    private uint _window;
    private short _scale;
    private bool _isScaleIgnored;

    public WiresharkDirection()
    {
        _window = NoWindow;
        _scale = UnknownScale;
    }

    /// <summary>The sequence number after the highest one sent; 0 means none yet, as in Wireshark.</summary>
    public uint NextSeq { get; private set; }

    /// <summary>When <see cref="NextSeq"/> was reached, in ns.</summary>
    public long NextSeqTime { get; private set; }

    /// <summary>The highest number the peer may acknowledge: seen without a gap. 0 means none yet.</summary>
    public uint AckLimit { get; private set; }

    /// <summary>The last segment's acknowledgement field, with any flags.</summary>
    public uint LastAck { get; private set; }

    /// <summary>Time of that segment in ns.</summary>
    public long LastTime { get; private set; }

    /// <summary>Duplicate acknowledgements since the last new acknowledgement.</summary>
    public uint DuplicateAcks { get; private set; }

    /// <summary>The sequence number of its SYN, seen or derived, once <see cref="IsBaseKnown"/>.</summary>
    public uint Base { get; private set; }

    public bool IsBaseKnown { get; private set; }
    public SegmentMarks LastMarks { get; private set; }

    /// <summary>True if its last window was 0.</summary>
    public readonly bool IsClosed => _window == 0;

    public readonly bool IsWindow(ushort window) => _window == window;

    /// <summary>True if the offered window is known to end at <paramref name="seq"/>.</summary>
    public readonly bool IsWindowEnd(uint seq) =>
        _scale != UnknownScale && seq == unchecked(LastAck + (_window << (_isScaleIgnored || _scale == NoScale ? 0 : _scale)));

    /// <summary>Sets the ISN if it is unknown.</summary>
    public void LearnBase(uint seq)
    {
        if (!IsBaseKnown) Rebase(seq);
    }

    /// <summary>Replaces the ISN, after a SYN-ACK with another one.</summary>
    public void Rebase(uint seq)
    {
        Base = seq;
        IsBaseKnown = true;
    }

    /// <summary>Moves back to the last number without a gap, after a retransmitted SYN.</summary>
    public void Rewind() => NextSeq = AckLimit;

    /// <summary>Counts a duplicate acknowledgement; the first after <see cref="Overtaken"/> counts as one.</summary>
    public void CountDuplicateAck() => DuplicateAcks = unchecked(DuplicateAcks + 1) is var next && next == 0 ? 1 : next;

    /// <summary>Resets the count at a new acknowledgement.</summary>
    public void ForgetDuplicateAcks() => DuplicateAcks = 0;

    /// <summary>Notes that the peer acknowledges more than <see cref="AckLimit"/>; true the first time.</summary>
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

    /// <summary>Advances by a segment from <paramref name="seq"/> to <paramref name="next"/>, not by a zero-window probe.</summary>
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

    /// <summary>Advances by an in-order segment without marks.</summary>
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

    /// <summary>Keeps the values that the next segment is compared with.</summary>
    public void Remember(uint ack, ushort window, long time, SegmentMarks marks)
    {
        LastAck = ack;
        LastTime = time;
        LastMarks = marks;
        _window = window;
    }

    /// <summary>Its segment has a window scale option.</summary>
    public void Scale(byte shift) => _scale = shift;

    /// <summary>Windows count unscaled in a SYN and until the first ACK.</summary>
    public void IgnoreScale(bool isIgnored) => _isScaleIgnored = isIgnored;

    /// <summary>After a SYN: windows are scaled only if both ends offered it.</summary>
    public static void AgreeOnScale(ref WiresharkDirection sender, ref WiresharkDirection peer, bool isSynAck)
    {
        if (sender._scale == UnknownScale) sender._scale = peer._scale = NoScale;
        else if (isSynAck && peer._scale == NoScale) sender._scale = NoScale;
    }

    /// <summary>Wireshark's "greater than": numbers half the sequence space apart are each greater.</summary>
    public static bool Follows(uint a, uint b) => unchecked((int)(b - a)) < 0;

    /// <summary>Wireshark's "less than".</summary>
    public static bool Precedes(uint a, uint b) => unchecked((int)(a - b)) < 0;
}
