namespace TcpCapture.Model;

/// <summary>Why a connection was reset, in the terms of connections.csv.</summary>
public enum ResetCause : byte
{
    /// <summary>What was recorded does not tell.</summary>
    Unknown,

    /// <summary>Nobody listens on the port.</summary>
    NoListener,

    /// <summary>Data came for a socket its application had closed.</summary>
    DataAfterClose,

    /// <summary>The application closed without having read all it had received.</summary>
    UnreadData,

    /// <summary>The application closed with SO_LINGER set to zero seconds.</summary>
    LingerZero,

    /// <summary>The listening socket was closed while the connection waited to be accepted.</summary>
    ListenerClosed,

    /// <summary>The accept queue was full, and the host resets instead of waiting.</summary>
    BacklogOverflow,

    /// <summary>One end knew the connection, the other had forgotten it.</summary>
    HalfOpen,

    /// <summary>The peer did not answer keep-alive probes.</summary>
    KeepaliveTimeout,

    /// <summary>The process that held the socket ended.</summary>
    ProcessExit,

    /// <summary>A segment lay outside the window.</summary>
    OutOfWindow,

    /// <summary>The host was out of memory for sockets.</summary>
    Memory,
}

/// <summary>How causes are written.</summary>
internal static class ResetCauseText
{
    private static readonly string[] Names =
    [
        "unknown", "no-listener", "data-after-close", "unread-data", "linger-zero", "listener-closed", "backlog-overflow",
        "half-open", "keepalive-timeout", "process-exit", "out-of-window", "memory",
    ];

    /// <summary>The cause as connections.csv writes it.</summary>
    public static string ToText(this ResetCause cause) => Names[(int)cause];
}

/// <summary>How far a verdict about an RST can be trusted.</summary>
public enum ResetConfidence : byte
{
    /// <summary>Nothing that was recorded tells the cause.</summary>
    None,

    /// <summary>The segments alone make the cause likely; something else can look the same.</summary>
    Likely,

    /// <summary>Calls, looks at the sockets or the kernel's own word show it.</summary>
    Shown,
}
