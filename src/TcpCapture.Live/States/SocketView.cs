using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>What one look showed of one socket. A value, so that a look allocates nothing.</summary>
internal readonly record struct SocketView
{
    /// <summary>There is no such socket.</summary>
    public static SocketView Absent => default;

    public TcpState State { get; init; }

    public SocketKind Kind { get; init; }

    public SocketTimer Timer { get; init; }

    /// <summary>Time left on <see cref="Timer"/>; of no meaning without one.</summary>
    public uint TimerMilliseconds { get; init; }

    public int Retransmits { get; init; }

    /// <summary>
    /// Unread bytes, or the length of a listener's accept queue. As the kernel counts and ss shows them: a FIN that the
    /// application has not read yet (as end of stream) is one byte.
    /// </summary>
    public uint ReceiveQueue { get; init; }

    /// <summary>Unacknowledged bytes (a SYN or FIN is one), or the limit of a listener's accept queue.</summary>
    public uint SendQueue { get; init; }

    public ulong Inode { get; init; }

    public ulong Cookie { get; init; }

    public uint? UserId { get; init; }

    public bool IsPresent => Kind != SocketKind.Absent;

    /// <summary>
    /// True if nothing worth reporting lies between the two views. The time left on a timer always moves, and a user
    /// id does not change while inode and cookie stay: neither counts.
    /// </summary>
    public bool ShowsTheSameAs(in SocketView other) =>
        State == other.State && Kind == other.Kind && Timer == other.Timer && Retransmits == other.Retransmits &&
        ReceiveQueue == other.ReceiveQueue && SendQueue == other.SendQueue && Inode == other.Inode && Cookie == other.Cookie;
}
