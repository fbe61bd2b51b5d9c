namespace TcpCapture.PeerTools.Wireshark;

/// <summary>
/// What Wireshark's TCP analysis says of a segment, under its names (<c>tcp.analysis.*</c>). The rules are those of tshark 4.0;
/// docs/analyze.md tells where the two differ on purpose.
/// </summary>
[Flags]
public enum SegmentMarks : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its bytes, its SYN or its FIN were sent before.</summary>
    Retransmission = 1,

    /// <summary>A retransmission that duplicate or selective acknowledgements asked for, sent soon after the last of them.</summary>
    FastRetransmission = 1 << 1,

    /// <summary>A retransmission of what the receiver had acknowledged already.</summary>
    SpuriousRetransmission = 1 << 2,

    /// <summary>It passes the capture point later than segments that were sent after it.</summary>
    OutOfOrder = 1 << 3,

    /// <summary>It repeats an acknowledgement without news.</summary>
    DuplicateAck = 1 << 4,

    /// <summary>A segment before it was not captured.</summary>
    LostSegment = 1 << 5,

    /// <summary>It acknowledges what was not captured.</summary>
    AcknowledgesUnseen = 1 << 6,

    /// <summary>Its window is 0: the sender must stop.</summary>
    ZeroWindow = 1 << 7,

    /// <summary>One byte, sent to ask whether the window is still 0.</summary>
    ZeroWindowProbe = 1 << 8,

    /// <summary>The answer to a zero-window probe.</summary>
    ZeroWindowProbeAck = 1 << 9,

    /// <summary>It carries no news but another window.</summary>
    WindowUpdate = 1 << 10,

    /// <summary>It fills the window that the receiver has offered.</summary>
    WindowFull = 1 << 11,

    /// <summary>A segment one byte before the next, sent to see whether the other end is still there.</summary>
    KeepAlive = 1 << 12,

    /// <summary>The answer to a keep-alive.</summary>
    KeepAliveAck = 1 << 13,

    /// <summary>A SYN that opens another connection on a four-tuple that was used before.</summary>
    PortReused = 1 << 14,
}
