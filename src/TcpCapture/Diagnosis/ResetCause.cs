namespace TcpCapture.Model;

/// <summary>Why a connection was reset, as connections.csv names it.</summary>
public enum ResetCause : byte
{
    /// <summary>The recording does not show the cause.</summary>
    Unknown,

    /// <summary>No socket listens on the port.</summary>
    NoListener,

    /// <summary>Data arrived for a socket that its application had closed.</summary>
    DataAfterClose,

    /// <summary>The application closed the socket with received data unread.</summary>
    UnreadData,

    /// <summary>The application closed the socket with SO_LINGER at 0 seconds.</summary>
    LingerZero,

    /// <summary>The listener was closed while the connection waited in the accept queue.</summary>
    ListenerClosed,

    /// <summary>The accept queue was full, and the host is set to reset instead of drop.</summary>
    BacklogOverflow,

    /// <summary>One end had the connection open, the other had forgotten it.</summary>
    HalfOpen,

    /// <summary>The peer did not answer keep-alive probes.</summary>
    KeepaliveTimeout,

    /// <summary>The process with the socket ended.</summary>
    ProcessExit,

    /// <summary>A segment was outside the window.</summary>
    OutOfWindow,

    /// <summary>The host was out of memory for sockets.</summary>
    Memory,
}

/// <summary>Converts reset causes to text.</summary>
internal static class ResetCauseText
{
    private static readonly string[] Names =
    [
        "unknown", "no-listener", "data-after-close", "unread-data", "linger-zero", "listener-closed", "backlog-overflow",
        "half-open", "keepalive-timeout", "process-exit", "out-of-window", "memory",
    ];

    /// <summary>The cause as written in connections.csv.</summary>
    public static string ToText(this ResetCause cause) => Names[(int)cause];
}

/// <summary>How reliable a verdict about an RST is.</summary>
internal enum ResetConfidence : byte
{
    /// <summary>The recording does not show the cause.</summary>
    None,

    /// <summary>The segments make the cause likely; other causes can look the same.</summary>
    Likely,

    /// <summary>Calls, samples or kernel events show the cause.</summary>
    Shown,
}
