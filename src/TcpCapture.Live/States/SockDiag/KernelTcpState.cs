using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>Maps the kernel's TCP states: by name if the kernel provides names, otherwise by the numbers of net/tcp_states.h.</summary>
internal static class KernelTcpState
{
    /// <summary>Null if the state is unknown.</summary>
    public static TcpState? From(long number, IReadOnlyDictionary<long, string> names) =>
        names.TryGetValue(number, out var name) ? Named(name) : Numbered(number);

    private static TcpState? Named(string name) => name switch
    {
        "TCP_ESTABLISHED" => TcpState.Established,
        "TCP_SYN_SENT" => TcpState.SynSent,
        "TCP_SYN_RECV" or "TCP_NEW_SYN_RECV" => TcpState.SynRecv,
        "TCP_FIN_WAIT1" => TcpState.FinWait1,
        "TCP_FIN_WAIT2" => TcpState.FinWait2,
        "TCP_TIME_WAIT" => TcpState.TimeWait,
        "TCP_CLOSE" => TcpState.Closed,
        "TCP_CLOSE_WAIT" => TcpState.CloseWait,
        "TCP_LAST_ACK" => TcpState.LastAck,
        "TCP_LISTEN" => TcpState.Listen,
        "TCP_CLOSING" => TcpState.Closing,
        _ => null,
    };

    /// <summary>Maps a number of net/tcp_states.h; null if it is unknown.</summary>
    public static TcpState? Numbered(long number) => number switch
    {
        1 => TcpState.Established,
        2 => TcpState.SynSent,
        3 or 12 => TcpState.SynRecv, // 12 is TCP_NEW_SYN_RECV, the state of a request socket
        4 => TcpState.FinWait1,
        5 => TcpState.FinWait2,
        6 => TcpState.TimeWait,
        7 => TcpState.Closed,
        8 => TcpState.CloseWait,
        9 => TcpState.LastAck,
        10 => TcpState.Listen,
        11 => TcpState.Closing,
        _ => null,
    };
}
