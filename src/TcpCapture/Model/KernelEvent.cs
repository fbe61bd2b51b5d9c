namespace TcpCapture.Model;

/// <summary>An event that the kernel's TCP reported through a tracepoint.</summary>
// A trace covers all network namespaces without naming them, so equal addresses can belong to a connection of another
// namespace. SocketAddress distinguishes them.
internal sealed record KernelEvent
{
    /// <summary>Time on the clock of the frames, with the error <see cref="RecordingInfo.TraceClockBoundNanoseconds"/>.</summary>
    public required Timestamp Time { get; init; }

    public required KernelEventKind Kind { get; init; }

    /// <summary>The socket's own address; for a reset without a socket, the reset's source.</summary>
    // 0.0.0.0:0 for a drop. The port is 0 if the kernel has not chosen one yet (CLOSED to SYN_SENT).
    public required Endpoint Local { get; init; }

    /// <summary>The peer's address; port 0 for a listener, 0.0.0.0:0 for <see cref="KernelEventKind.Drop"/>.</summary>
    public required Endpoint Remote { get; init; }

    /// <summary>The state before a state change; null otherwise, and for a state this version does not know.</summary>
    public TcpState? OldState { get; init; }

    /// <summary>The state after a state change; null otherwise, and for a state this version does not know.</summary>
    // FIN_WAIT_2 to CLOSED ends the full socket only: a mini-socket can continue in FIN_WAIT_2 or TIME_WAIT.
    public TcpState? NewState { get; init; }

    /// <summary>The kernel's address of the socket, which identifies it until its end; 0 if there is none or it is unknown.</summary>
    // For RetransmitSynAck it is the listener's. SocketError has none.
    public ulong SocketAddress { get; init; }

    /// <summary>The kernel's address of the packet that was retransmitted, dropped, or answered with a reset.</summary>
    // 0 if there is none: the application caused the reset.
    public ulong SegmentAddress { get; init; }

    /// <summary>The kernel's reason for a reset or a drop, or the reason's number if it has no name; null if none is reported.</summary>
    public string? Reason { get; init; }

    /// <summary>For <see cref="KernelEventKind.SocketError"/> the error's number (Linux errno, positive); null otherwise.</summary>
    public int? Errno { get; init; }

    /// <summary>The thread that was on the CPU: the owner's during a call of it, else often the peer's or an interrupted thread.</summary>
    public int ThreadId { get; init; }

    /// <summary>The process of that thread; null if the thread ended before the look-up.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The thread's name: up to 15 bytes chosen by its owner, so untrusted text; null if unknown.</summary>
    public string? ProcessName { get; init; }

    public int Cpu { get; init; }
    public long Ordinal { get; init; } // number of the event in the recording, from 1, in the order of time
    public FourTuple FourTuple => new(Local, Remote);
}

/// <summary>Kinds of kernel events; one tracepoint each, except <see cref="Gap"/>.</summary>
internal enum KernelEventKind : byte
{
    StateChange, // a socket changed its state (sock/inet_sock_set_state)
    SendReset, // an RST was sent (tcp/tcp_send_reset)
    ReceiveReset, // an RST was accepted by a socket (tcp/tcp_receive_reset)
    RetransmitSegment, // a segment, or a SYN, was retransmitted (tcp/tcp_retransmit_skb)
    RetransmitSynAck, // a SYN-ACK was retransmitted (tcp/tcp_retransmit_synack)
    DestroySocket, // a socket was destroyed (tcp/tcp_destroy_sock); a mini-socket may replace it
    SocketError, // an error was stored on a socket for its owner (sock/inet_sk_error_report)
    Drop, // a packet of an unknown connection was dropped (skb/kfree_skb)

    /// <summary>Kernel events are missing around this time: the kernel's buffer was full, or tracing ended.</summary>
    // Not a tracepoint: the trace reader emits it, without addresses, before and after the missing events.
    Gap,
}

internal static class KernelEventKindText
{
    private static readonly string[] Names =
    [
        "state-change", "send-reset", "receive-reset", "retransmit-segment", "retransmit-syn-ack", "destroy-socket",
        "socket-error", "drop", "gap",
    ];

    /// <summary><c>state-change</c>, <c>send-reset</c> ….</summary>
    public static string ToText(this KernelEventKind kind) => Names[(int)kind];
}
