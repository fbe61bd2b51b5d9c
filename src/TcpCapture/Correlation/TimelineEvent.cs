using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>One row of the timeline. <see cref="Kind"/> determines which members are meaningful.</summary>
public readonly struct TimelineEvent
{
    /// <summary>Number of the event, from 1, without gaps.</summary>
    public long Number { get; init; }

    /// <summary>The kind of the event.</summary>
    public EventKind Kind { get; init; }

    /// <summary>When it happened. If a state change was not traced, the best estimate within its bounds.</summary>
    public Timestamp Time { get; init; }

    /// <summary>The connection it belongs to; null for a listener, or a call before its connection is known.</summary>
    public Connection? Connection { get; init; }

    /// <summary>The end that changed state or made the call; the sender of a segment, quoted or not.</summary>
    public Side? Side { get; init; }

    /// <summary>Number of the event that caused it, or 0.</summary>
    public long CausedBy { get; init; }

    /// <summary>A note in plain words, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Number of the frame in capture.pcap, from 1; 0 if the event is neither a segment nor an ICMP error.</summary>
    public long Frame { get; init; }

    /// <summary>False for a frame that could not be decoded as a segment; <see cref="Note"/> gives the reason.</summary>
    public bool IsReadable { get; init; }

    /// <summary>
    /// True if the segment was sent before. <see cref="Marks"/> can differ: Wireshark marks a fast retransmission as out of
    /// order, a single byte as a keep-alive, and the SYN-ACK of a simultaneous open as a retransmission.
    /// </summary>
    public bool IsRetransmission { get; init; }

    /// <summary>True if the frame holds a packet that was captured before: it is no retransmission and moves no state.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Wireshark's TCP analysis flags of the segment.</summary>
    public SegmentMarks Marks { get; init; }

    /// <summary>The segment.</summary>
    public Segment Segment { get; init; }

    /// <summary>The ICMP error; null for other kinds.</summary>
    internal IcmpReport? Icmp { get; init; }

    /// <summary>For a merged recording: which host observed the segment, and whether the other did; otherwise null.</summary>
    internal FramePassage? Passage { get; init; }

    /// <summary>State of the client when the segment passes: the sender has acted, the receiver has not. Null if unknown.</summary>
    public TcpState? ClientState { get; init; }

    /// <summary>State of the server when the segment passes. Null if unknown.</summary>
    public TcpState? ServerState { get; init; }

    /// <summary>True for a state found when the recording began: it is no change, and <see cref="OldState"/> is the same.</summary>
    public bool IsFound { get; init; }

    /// <summary>The state before the change.</summary>
    public TcpState OldState { get; init; }

    /// <summary>The state after the change.</summary>
    public TcpState NewState { get; init; }

    /// <summary>How the change is known.</summary>
    public Evidence Evidence { get; init; }

    /// <summary>Lower bound of the time of the change; null if none is known.</summary>
    public Timestamp? NotBefore { get; init; }

    /// <summary>Upper bound of the time of the change; null if none is known.</summary>
    public Timestamp? NotAfter { get; init; }

    /// <summary>Address of the socket that changed state or was called; null if unknown.</summary>
    public Endpoint? Local { get; init; }

    /// <summary>Address of its peer; null if unknown.</summary>
    public Endpoint? Remote { get; init; }

    /// <summary>The call. <see cref="SocketCall.End"/> is null if it had not returned when this row was written.</summary>
    public SocketCall? Call { get; init; }

    /// <summary>True for the second row of a long call: its first row was written before it returned.</summary>
    public bool IsResumed { get; init; }
}
