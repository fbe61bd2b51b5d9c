namespace TcpCapture.Model;

/// <summary>Wireshark's <c>tcp.analysis.*</c> flags of a segment, by the rules of tshark 4.0 (differences: docs/analyze.md).</summary>
[Flags]
public enum SegmentMarks : ushort
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>A retransmission of data, a SYN or a FIN.</summary>
    Retransmission = 1,

    /// <summary>A retransmission soon after duplicate acknowledgements.</summary>
    FastRetransmission = 1 << 1,

    /// <summary>A retransmission of data that was already acknowledged.</summary>
    SpuriousRetransmission = 1 << 2,

    /// <summary>It was captured after segments that were sent later.</summary>
    OutOfOrder = 1 << 3,

    /// <summary>A duplicate acknowledgement.</summary>
    DuplicateAck = 1 << 4,

    /// <summary>A segment before it was not captured.</summary>
    LostSegment = 1 << 5,

    /// <summary>It acknowledges data that was not captured.</summary>
    AcknowledgesUnseen = 1 << 6,

    /// <summary>Its window is 0: the sender must stop.</summary>
    ZeroWindow = 1 << 7,

    /// <summary>One byte, sent to probe whether the window is still 0.</summary>
    ZeroWindowProbe = 1 << 8,

    /// <summary>The answer to a zero-window probe.</summary>
    ZeroWindowProbeAck = 1 << 9,

    /// <summary>It changes the window only.</summary>
    WindowUpdate = 1 << 10,

    /// <summary>It fills the receiver's window.</summary>
    WindowFull = 1 << 11,

    /// <summary>A keep-alive: a segment one byte before the next number.</summary>
    KeepAlive = 1 << 12,

    /// <summary>The answer to a keep-alive.</summary>
    KeepAliveAck = 1 << 13,

    /// <summary>A SYN that opens a new connection on a used four-tuple.</summary>
    PortReused = 1 << 14,
}
