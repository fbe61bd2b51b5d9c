namespace TcpCapture.Model;

/// <summary>Something the kernel's TCP reported of itself through a tracepoint, as raw as it came.</summary>
/// <remarks>
/// A trace sees all network namespaces at once and does not tell which: the same addresses may belong to another
/// namespace's connection. <see cref="SocketAddress"/> tells them apart.
/// </remarks>
public sealed record KernelEvent
{
    /// <summary>When, on the clock of packet timestamps; how far it may be off is in X.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>What happened.</summary>
    public required KernelEventKind Kind { get; init; }

    /// <summary>
    /// The socket's own address; for a reset without a socket, the address it is sent from. Port 0 where the kernel had not
    /// chosen one yet (CLOSED to SYN_SENT); 0.0.0.0:0 for <see cref="KernelEventKind.Drop"/>.
    /// </summary>
    public required Endpoint Local { get; init; }

    /// <summary>The peer's address; port 0 for a listener, 0.0.0.0:0 for <see cref="KernelEventKind.Drop"/>.</summary>
    public required Endpoint Remote { get; init; }

    /// <summary>For a state change, the state before; null otherwise, and for a state this version does not know.</summary>
    public TcpState? OldState { get; init; }

    /// <summary>
    /// For a state change, the state after; null otherwise, and for a state this version does not know. FIN_WAIT_2 to CLOSED
    /// ends the full socket only: a mini-socket may go on in FIN_WAIT_2 or TIME_WAIT.
    /// </summary>
    public TcpState? NewState { get; init; }

    /// <summary>
    /// Where the kernel keeps the socket: an identity and nothing else, and one that is given again after the socket's end.
    /// For <see cref="KernelEventKind.RetransmitSynAck"/> it is the listener. 0 where there is none or it is not told
    /// (<see cref="KernelEventKind.SocketError"/>).
    /// </summary>
    public ulong SocketAddress { get; init; }

    /// <summary>
    /// Where the kernel keeps the packet: the one that provoked a reset, was sent again or thrown away. 0 for none: a reset
    /// with 0 was the application's own doing.
    /// </summary>
    public ulong SegmentAddress { get; init; }

    /// <summary>The kernel's own word for why, of a reset sent or a drop; its number if it has no word; null where it does not say.</summary>
    public string? Reason { get; init; }

    /// <summary>For <see cref="KernelEventKind.SocketError"/> the error's number (Linux errno, positive); null otherwise.</summary>
    public int? Errno { get; init; }

    /// <summary>
    /// The thread that was on the CPU, in the machine's own numbering. It is the socket's owner only for what happens inside
    /// the owner's own call: often it is the peer (on loopback), or whoever an interrupt met.
    /// </summary>
    public int ThreadId { get; init; }

    /// <summary>The process of that thread; null if it had ended before it could be asked.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The thread's name: up to 15 bytes that its owner chose, so never to be trusted as text; null where not known.</summary>
    public string? ProcessName { get; init; }

    /// <summary>The CPU it happened on.</summary>
    public int Cpu { get; init; }

    /// <summary>Number of the event in the recording, from 1, in the order of delivery: that of time, and on one CPU of happening.</summary>
    public long Ordinal { get; init; }

    /// <summary>The addresses.</summary>
    public FourTuple FourTuple => new(Local, Remote);
}
