namespace TcpCapture.Model;

/// <summary>What the kernel's TCP reported of itself; one tracepoint each, but for <see cref="Gap"/>.</summary>
public enum KernelEventKind : byte
{
    /// <summary>A socket changed its state (<c>sock/inet_sock_set_state</c>).</summary>
    StateChange,

    /// <summary>An RST was sent (<c>tcp/tcp_send_reset</c>).</summary>
    SendReset,

    /// <summary>An RST was accepted by a socket (<c>tcp/tcp_receive_reset</c>).</summary>
    ReceiveReset,

    /// <summary>A segment was sent again (<c>tcp/tcp_retransmit_skb</c>); a SYN too.</summary>
    RetransmitSegment,

    /// <summary>A SYN-ACK was sent again (<c>tcp/tcp_retransmit_synack</c>).</summary>
    RetransmitSynAck,

    /// <summary>A socket was taken down (<c>tcp/tcp_destroy_sock</c>). A mini-socket may live on in its place.</summary>
    DestroySocket,

    /// <summary>An error was put on a socket for its owner to find (<c>sock/inet_sk_error_report</c>).</summary>
    SocketError,

    /// <summary>A packet was thrown away (<c>skb/kfree_skb</c>); of which connection, the kernel does not say.</summary>
    Drop,

    /// <summary>
    /// Reports are missing around this time: the kernel had no room for them, or tracing ended. No tracepoint; the reader of
    /// the trace says so at both ends of what is missing, as far as it can tell, without any address.
    /// </summary>
    Gap,
}

/// <summary>How kinds of kernel events are written.</summary>
public static class KernelEventKindText
{
    private static readonly string[] Names =
    [
        "state-change", "send-reset", "receive-reset", "retransmit-segment", "retransmit-syn-ack", "destroy-socket",
        "socket-error", "drop", "gap",
    ];

    /// <summary><c>state-change</c>, <c>send-reset</c> ….</summary>
    public static string ToText(this KernelEventKind kind) => Names[(int)kind];

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static bool TryParse(string? text, out KernelEventKind kind)
    {
        var index = Array.IndexOf(Names, text);
        kind = (KernelEventKind)Math.Max(index, 0);
        return index >= 0;
    }
}
