using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>The state of one socket as one sample showed it. A value, so that sampling allocates nothing.</summary>
internal readonly record struct SocketSnapshot
{
    /// <summary>No such socket exists.</summary>
    public static SocketSnapshot Absent => default;
    public TcpState State { get; init; }
    public SocketKind Kind { get; init; }
    public SocketTimer Timer { get; init; }
    public uint TimerMilliseconds { get; init; } // time left on Timer; meaningless without a timer
    public int Retransmits { get; init; }

    /// <summary>
    /// Unread bytes, or the length of a listener's accept queue. As in ss, a FIN that the application has not read yet
    /// counts as one byte.
    /// </summary>
    public uint ReceiveQueue { get; init; }
    public uint SendQueue { get; init; } // unacknowledged bytes (a SYN or FIN counts as one), or the limit of a listener's accept queue
    public ulong Inode { get; init; }
    public ulong Cookie { get; init; }
    public uint? UserId { get; init; }
    public bool IsPresent => Kind != SocketKind.Absent;

    /// <summary>True if the snapshots differ in nothing worth reporting.</summary>
    /// <remarks>Ignores the time left on a timer, which always changes, and the user id, which inode and cookie determine.</remarks>
    public bool HasSameState(in SocketSnapshot other) =>
        State == other.State && Kind == other.Kind && Timer == other.Timer && Retransmits == other.Retransmits &&
        ReceiveQueue == other.ReceiveQueue && SendQueue == other.SendQueue && Inode == other.Inode && Cookie == other.Cookie;
}

/// <summary>A snapshot that was true at some moment between <paramref name="Begin"/> and <paramref name="End"/>.</summary>
internal readonly record struct SocketReading(Timestamp Begin, Timestamp End, SocketSnapshot Snapshot)
{
    /// <summary>The sample that reports this reading.</summary>
    public SocketSample ToSample(FourTuple socket, Timestamp notBefore, TcpState? previous = null) => new()
    {
        NotBefore = notBefore,
        NotAfter = End,
        Local = socket.Local,
        Remote = socket.Remote,
        Previous = previous,
        State = Snapshot.State,
        Kind = Snapshot.Kind,
        Timer = Snapshot.Timer,
        TimerMilliseconds = Snapshot.Timer == SocketTimer.None ? null : Snapshot.TimerMilliseconds,
        Retransmits = Snapshot.Retransmits,
        ReceiveQueue = Snapshot.ReceiveQueue,
        SendQueue = Snapshot.SendQueue,
        Inode = Snapshot.Inode,
        Cookie = Snapshot.Cookie,
        UserId = Snapshot.UserId,
    };
}
