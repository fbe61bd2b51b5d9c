using System.Text.Json.Serialization;

namespace TcpCapture.Model;

internal enum SocketKind : byte
{
    Absent, // there is no such socket
    Listener,
    Request, // a half-open connection of a listener: the handshake's last ACK has not arrived
    Full,
    TimeWait, // a mini-socket in FIN_WAIT_2 or TIME_WAIT, which replaces the full socket
}

internal enum SocketTimer : byte
{
    None,
    Retransmit, // retransmission (also of a SYN or SYN-ACK)
    KeepAlive,
    TimeWait, // TIME_WAIT, or FIN_WAIT_2 of a mini-socket
    Probe, // of a zero window
}

/// <summary>A change of a socket between two samples, not before <see cref="NotBefore"/> and not after <see cref="NotAfter"/>.</summary>
internal sealed record SocketSample
{
    /// <summary>Start of the last sample that showed the previous state; for a first sample, its own start.</summary>
    public required Timestamp NotBefore { get; init; }

    /// <summary>End of the sample that showed this state.</summary>
    public required Timestamp NotAfter { get; init; }

    /// <summary>The socket's own address.</summary>
    public required Endpoint Local { get; init; }

    /// <summary>The peer's address; port 0 for a listener.</summary>
    public required Endpoint Remote { get; init; }

    /// <summary>The state of the previous sample; null for a first sample.</summary>
    public TcpState? Previous { get; init; }

    /// <summary>The state; <see cref="TcpState.Closed"/> if there is no such socket.</summary>
    public required TcpState State { get; init; }

    public required SocketKind Kind { get; init; }
    public SocketTimer Timer { get; init; }

    /// <summary>Time left on <see cref="Timer"/> in milliseconds, if one runs.</summary>
    public uint? TimerMilliseconds { get; init; }

    /// <summary>Retransmissions, or probes, so far.</summary>
    public int Retransmits { get; init; }

    /// <summary>Bytes received and not read; for a listener the length of its accept queue.</summary>
    public uint ReceiveQueue { get; init; }

    /// <summary>Bytes not acknowledged; for a listener the limit of its accept queue.</summary>
    public uint SendQueue { get; init; }

    /// <summary>Inode of the socket, 0 if no process holds it.</summary>
    public ulong Inode { get; init; }

    /// <summary>The kernel's socket cookie, 0 if unknown.</summary>
    public ulong Cookie { get; init; }

    /// <summary>Numeric user id of the owner; null if unknown.</summary>
    public uint? UserId { get; init; }

    /// <summary>True if it is the state at the start of the recording or part, not a change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInitial { get; init; }

    /// <summary>True for a listening socket's own entry.</summary>
    public bool IsListener => Remote.Port == 0;
}

/// <summary>The process that holds a socket, looked up after the socket was first seen.</summary>
/// <param name="Time">When the look-up ended.</param>
/// <param name="Local">The socket's own address.</param>
/// <param name="Remote">The peer's address; port 0 for a listener.</param>
/// <param name="Inode">The socket's inode.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="ProcessName">Its name as the kernel has it: up to 15 bytes chosen by its owner, so untrusted text.</param>
internal sealed record SocketOwner(
    Timestamp Time, Endpoint Local, Endpoint Remote, ulong Inode, int ProcessId, string ProcessName);
