using TcpCapture.Model;

namespace TcpCapture;

/// <summary>
/// One row of the timeline. A value, handed to sinks by reference, so that a segment costs no allocation. Which members
/// mean something depends on <see cref="Kind"/>.
/// </summary>
public readonly struct TimelineEvent
{
    /// <summary>Number of the event, from 1 without holes.</summary>
    public long Number { get; init; }

    /// <summary>What it is.</summary>
    public EventKind Kind { get; init; }

    /// <summary>When it happened; for a state that was not traced the best estimate within its bounds.</summary>
    public Timestamp Time { get; init; }

    /// <summary>The connection it belongs to; null for a listener, or a call before its connection is known.</summary>
    public Connection? Connection { get; init; }

    /// <summary>Whose state or call; the sender of a segment.</summary>
    public Side? Side { get; init; }

    /// <summary>Number of the event that caused it, or 0.</summary>
    public long CausedBy { get; init; }

    /// <summary>Words for people, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Number of the frame in capture.pcap, from 1; 0 if it is no segment.</summary>
    public long Frame { get; init; }

    /// <summary>False for a frame of the capture that could not be read as a segment; <see cref="Note"/> says why.</summary>
    public bool IsReadable { get; init; }

    /// <summary>
    /// True if the segment was sent before. Nearly always it is marked as a retransmission, too; but <see cref="Marks"/> call one
    /// that follows the original within a round-trip time out of order, and a single byte a keep-alive. The SYN-ACK of a
    /// simultaneous open is none, though it is marked.
    /// </summary>
    public bool IsRetransmission { get; init; }

    /// <summary>What Wireshark's TCP analysis says of the segment.</summary>
    public SegmentMarks Marks { get; init; }

    /// <summary>The segment.</summary>
    public Segment Segment { get; init; }

    /// <summary>In a merged recording, which host saw the segment and what the other saw of it; null in others.</summary>
    internal FramePassage? Passage { get; init; }

    /// <summary>Who resets the connection with this segment and why; null if it is no RST.</summary>
    public ResetVerdict? Verdict { get; init; }

    /// <summary>State of the client as the segment passes: the sender has acted, the receiver not yet. Null if unknown.</summary>
    public TcpState? ClientState { get; init; }

    /// <summary>State of the server as the segment passes. Null if unknown.</summary>
    public TcpState? ServerState { get; init; }

    /// <summary>True for a state that was found when the recording began: no change, and <see cref="OldState"/> is the same.</summary>
    public bool IsFound { get; init; }

    /// <summary>The state before the change.</summary>
    public TcpState OldState { get; init; }

    /// <summary>The state after the change.</summary>
    public TcpState NewState { get; init; }

    /// <summary>How the change is known.</summary>
    public Evidence Evidence { get; init; }

    /// <summary>The change did not happen before this moment; null if nothing bounds it.</summary>
    public Timestamp? NotBefore { get; init; }

    /// <summary>The change had happened by this moment; null if nothing bounds it.</summary>
    public Timestamp? NotAfter { get; init; }

    /// <summary>The address whose socket changed state or was called, where known.</summary>
    public Endpoint? Local { get; init; }

    /// <summary>Its peer, where known.</summary>
    public Endpoint? Remote { get; init; }

    /// <summary>The call. <see cref="SocketCall.End"/> is null if it had not returned when this row was due.</summary>
    public SocketCall? Call { get; init; }

    /// <summary>True for the second row of a call that took so long that its first row could not wait for the result.</summary>
    public bool IsResumed { get; init; }
}
