using System.Text.Json.Serialization;

namespace TcpCapture.Model;

/// <summary>What kind of kernel object a sampled socket is.</summary>
public enum SocketKind : byte
{
    /// <summary>There is no such socket.</summary>
    Absent,

    /// <summary>A listening socket.</summary>
    Listener,

    /// <summary>A half-open connection on the passive side: the SYN came, the handshake's last ACK has not.</summary>
    Request,

    /// <summary>A full socket.</summary>
    Full,

    /// <summary>A mini-socket that outlives the full one, in FIN_WAIT_2 or TIME_WAIT.</summary>
    TimeWait,
}

/// <summary>Which timer of a socket is running.</summary>
public enum SocketTimer : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>Retransmission (also of a SYN or SYN-ACK).</summary>
    Retransmit,

    /// <summary>Keep-alive.</summary>
    KeepAlive,

    /// <summary>TIME_WAIT, or FIN_WAIT_2 of a mini-socket.</summary>
    TimeWait,

    /// <summary>Zero-window probe.</summary>
    Probe,
}

/// <summary>
/// A change seen by looking at a socket: the look before showed <see cref="Previous"/>, this one shows <see cref="State"/>.
/// The change lies between <see cref="NotBefore"/> and <see cref="NotAfter"/>; when exactly is not known.
/// </summary>
public sealed record SocketSample
{
    /// <summary>Begin of the last look that still showed the earlier view (for a first look, its own begin).</summary>
    public required Timestamp NotBefore { get; init; }

    /// <summary>End of the look that showed this view.</summary>
    public required Timestamp NotAfter { get; init; }

    /// <summary>The socket's own address.</summary>
    public required Endpoint Local { get; init; }

    /// <summary>The peer's address; port 0 for a listener.</summary>
    public required Endpoint Remote { get; init; }

    /// <summary>The state the earlier look showed; null for a first look.</summary>
    public TcpState? Previous { get; init; }

    /// <summary>The state seen; <see cref="TcpState.Closed"/> if there is no such socket.</summary>
    public required TcpState State { get; init; }

    /// <summary>What kind of socket it is.</summary>
    public required SocketKind Kind { get; init; }

    /// <summary>The timer that runs.</summary>
    public SocketTimer Timer { get; init; }

    /// <summary>Time left on <see cref="Timer"/> in milliseconds, where one runs.</summary>
    public uint? TimerMilliseconds { get; init; }

    /// <summary>Retransmissions, or probes, so far.</summary>
    public int Retransmits { get; init; }

    /// <summary>Bytes received and not read; for a listener the length of its accept queue.</summary>
    public uint ReceiveQueue { get; init; }

    /// <summary>Bytes not acknowledged; for a listener the limit of its accept queue.</summary>
    public uint SendQueue { get; init; }

    /// <summary>Inode of the socket, 0 if no process holds it.</summary>
    public ulong Inode { get; init; }

    /// <summary>The kernel's socket cookie, 0 where not known.</summary>
    public ulong Cookie { get; init; }

    /// <summary>Numeric user id of the owner; null where not known.</summary>
    public uint? UserId { get; init; }

    /// <summary>
    /// True if it was found by listing what stood there when the recording, or this part of it, began: a state known, not a change seen.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInitial { get; init; }

    /// <summary>True for a listening socket's own entry.</summary>
    public bool IsListener => Remote.Port == 0;
}
