namespace TcpCapture.Model;

/// <summary>The states of RFC 9293 section 3.3.2. The numbers are this project's own.</summary>
public enum TcpState : byte
{
    /// <summary>No connection; also: no such socket.</summary>
    Closed = 0,

    /// <summary>Waiting for a connection request.</summary>
    Listen,

    /// <summary>Connection request sent.</summary>
    SynSent,

    /// <summary>Connection request received and answered (the RFC's SYN-RECEIVED).</summary>
    SynRecv,

    /// <summary>Open in both directions.</summary>
    Established,

    /// <summary>Own FIN sent, not acknowledged.</summary>
    FinWait1,

    /// <summary>Own FIN acknowledged, waiting for the peer's.</summary>
    FinWait2,

    /// <summary>The peer's FIN received, the application has not closed.</summary>
    CloseWait,

    /// <summary>Both FINs sent, own not acknowledged: they crossed.</summary>
    Closing,

    /// <summary>The peer's FIN came first, own FIN sent, not acknowledged.</summary>
    LastAck,

    /// <summary>Closed by both ends, kept for 2·MSL.</summary>
    TimeWait,
}

internal static class TcpStateText
{
    private static readonly string[] Names =
    [
        "CLOSED", "LISTEN", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING",
        "LAST_ACK", "TIME_WAIT",
    ];

    /// <summary>The state's name: <c>SYN_SENT</c>, <c>FIN_WAIT_2</c> ….</summary>
    public static string ToRfcName(this TcpState state) => Names[(int)state];
}
