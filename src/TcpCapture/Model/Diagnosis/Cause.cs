namespace TcpCapture.Model;

/// <summary>Why a connection failed, stalled or was reset: the codes of docs/diagnosis.md.</summary>
public enum Cause : byte
{
    /// <summary>Nothing went wrong.</summary>
    None,

    /// <summary>Nothing below fits.</summary>
    Unknown,

    /// <summary>No socket listens on the port.</summary>
    NoListener,

    /// <summary>A filter, a limit or a device answered the SYN with an RST.</summary>
    FirewallReject,

    /// <summary>An ICMP error answered the SYN or the data.</summary>
    IcmpReject,

    /// <summary>The SYN or the SYN-ACK was retransmitted and nothing came back.</summary>
    Unanswered,

    /// <summary>The answer came after connect had given up.</summary>
    LateAnswer,

    /// <summary>The accept queue was full.</summary>
    BacklogOverflow,

    /// <summary>The listener was closed while the connection waited in its accept queue.</summary>
    ListenerClosed,

    /// <summary>The answer was ignored because of its checksum.</summary>
    BadChecksum,

    /// <summary>The answer acknowledges another number.</summary>
    BadAck,

    /// <summary>The sender's own kernel refused the answer: a raw socket, or an address taken over.</summary>
    UnknownToKernel,

    /// <summary>Data arrived for a socket that its application had closed.</summary>
    DataAfterClose,

    /// <summary>The same, but the data was sent before the FIN had arrived.</summary>
    CloseRace,

    /// <summary>The application closed the socket with received data unread.</summary>
    UnreadData,

    /// <summary>The application closed the socket with SO_LINGER at 0 seconds.</summary>
    LingerZero,

    /// <summary>The process with the socket ended.</summary>
    ProcessExit,

    /// <summary>The application or its system aborted; segments do not show which of the three above it was.</summary>
    Abort,

    /// <summary>One end had the connection open, the other had forgotten it.</summary>
    HalfOpen,

    /// <summary>The peer or a device on the path forgot the connection after a silence.</summary>
    IdleTimeout,

    /// <summary>Keep-alive probes were not answered.</summary>
    KeepaliveTimeout,

    /// <summary>Data or a FIN was never acknowledged.</summary>
    RetransmissionTimeout,

    /// <summary>The reader stopped reading: its window stayed at 0.</summary>
    WindowStalled,

    /// <summary>Only large segments were lost.</summary>
    PathMtu,

    /// <summary>The peer did not send the RST.</summary>
    Injected,

    /// <summary>A segment passed NAT untranslated, or an answer came from another address.</summary>
    Untranslated,

    /// <summary>A socket in TIME_WAIT ignored or challenged the SYN.</summary>
    TimeWait,

    /// <summary>A segment was refused because of its timestamp (RFC 7323).</summary>
    Paws,

    /// <summary>A segment was outside the window.</summary>
    OutOfWindow,

    /// <summary>The host was out of memory for sockets.</summary>
    Memory,

    /// <summary>Multipath TCP reset the subflow (MP_TCPRST, RFC 8684).</summary>
    Mptcp,

    /// <summary>The packet circled between routers.</summary>
    RoutingLoop,

    /// <summary>A socket connected to itself.</summary>
    SelfConnect,

    /// <summary>A health check or a port scan: nothing is wrong.</summary>
    Probe,
}

/// <summary>How reliable a diagnosis is.</summary>
public enum Confidence : byte
{
    /// <summary>It follows from the protocol, the kernel or a call.</summary>
    Certain,

    /// <summary>Other causes are improbable.</summary>
    Likely,

    /// <summary>Other causes look the same.</summary>
    Possible,
}

/// <summary>How a connection, or an attempt to open one, ended.</summary>
public enum ConnectionOutcome : byte
{
    /// <summary>Open at the end of the recording, without trouble.</summary>
    Open,

    /// <summary>Closed with FINs.</summary>
    Closed,

    /// <summary>Ended by an RST.</summary>
    Reset,

    /// <summary>An RST answered the SYN.</summary>
    Refused,

    /// <summary>An ICMP error answered the SYN.</summary>
    Rejected,

    /// <summary>Nothing answered the SYN, or the handshake was not completed.</summary>
    Unanswered,

    /// <summary>Given up after a silence.</summary>
    TimedOut,

    /// <summary>Open, but nothing gets through.</summary>
    Stalled,
}

/// <summary>Converts the words of a diagnosis to text.</summary>
internal static class DiagnosisWords
{
    /// <summary>The codes, as connections.csv has them.</summary>
    public static IReadOnlyList<string> Causes { get; } = Hyphenated<Cause>();

    public static IReadOnlyList<string> Confidences { get; } = Hyphenated<Confidence>();

    public static IReadOnlyList<string> Outcomes { get; } = Hyphenated<ConnectionOutcome>();

    public static string ToText(this Cause cause) => Causes[(int)cause];

    public static string ToText(this Confidence confidence) => Confidences[(int)confidence];

    public static string ToText(this ConnectionOutcome outcome) => Outcomes[(int)outcome];

    /// <summary><c>NoListener</c> → <c>no-listener</c>.</summary>
    private static string[] Hyphenated<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name =>
            string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c)
                ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())))];
}
