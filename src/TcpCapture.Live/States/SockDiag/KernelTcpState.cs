using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>Maps the kernel's TCP states: by name if the kernel provides names, otherwise by the numbers of net/tcp_states.h.</summary>
internal static class KernelTcpState
{
    // In the order of the numbers, which begin at 1.
    private static readonly (string Name, TcpState State)[] All =
    [
        ("TCP_ESTABLISHED", TcpState.Established), ("TCP_SYN_SENT", TcpState.SynSent), ("TCP_SYN_RECV", TcpState.SynRecv),
        ("TCP_FIN_WAIT1", TcpState.FinWait1), ("TCP_FIN_WAIT2", TcpState.FinWait2), ("TCP_TIME_WAIT", TcpState.TimeWait),
        ("TCP_CLOSE", TcpState.Closed), ("TCP_CLOSE_WAIT", TcpState.CloseWait), ("TCP_LAST_ACK", TcpState.LastAck),
        ("TCP_LISTEN", TcpState.Listen), ("TCP_CLOSING", TcpState.Closing),
        ("TCP_NEW_SYN_RECV", TcpState.SynRecv), // the state of a request socket
    ];

    /// <summary>Null if the state is unknown.</summary>
    public static TcpState? From(long number, IReadOnlyDictionary<long, string> names) =>
        Numbered(names.TryGetValue(number, out var name) ? Array.FindIndex(All, known => known.Name == name) + 1 : number);

    /// <summary>Maps a number of net/tcp_states.h; null if it is unknown.</summary>
    public static TcpState? Numbered(long number) => number >= 1 && number <= All.Length ? All[number - 1].State : null;
}
