using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>What the kernel's reasons for an RST (<c>include/net/rstreason.h</c>) mean in the terms of connections.csv.</summary>
internal static class ResetReasons
{
    private static readonly Dictionary<string, ResetCause[]> Causes = new(StringComparer.Ordinal)
    {
        ["NO_SOCKET"] = [ResetCause.NoListener, ResetCause.DataAfterClose, ResetCause.HalfOpen],
        ["TCP_INVALID_ACK_SEQUENCE"] = [ResetCause.HalfOpen, ResetCause.OutOfWindow],
        ["TCP_RFC7323_PAWS"] = [ResetCause.OutOfWindow],
        ["TCP_TOO_OLD_ACK"] = [ResetCause.OutOfWindow],
        ["TCP_ACK_UNSENT_DATA"] = [ResetCause.OutOfWindow],
        ["TCP_OLD_ACK"] = [ResetCause.OutOfWindow],
        ["TCP_ABORT_ON_DATA"] = [ResetCause.DataAfterClose],
        ["TCP_TIMEWAIT_SOCKET"] = [ResetCause.DataAfterClose],
        ["TCP_ABORT_ON_CLOSE"] = [ResetCause.UnreadData, ResetCause.ProcessExit],
        ["TCP_ABORT_ON_LINGER"] = [ResetCause.LingerZero],
        ["TCP_ABORT_ON_MEMORY"] = [ResetCause.Memory],
        ["TCP_KEEPALIVE_TIMEOUT"] = [ResetCause.KeepaliveTimeout],
        ["INVALID_SYN"] = [ResetCause.BacklogOverflow, ResetCause.OutOfWindow],
        ["TCP_STATE"] = [ResetCause.LingerZero, ResetCause.ListenerClosed, ResetCause.ProcessExit],
        ["TCP_DISCONNECT_WITH_DATA"] = [ResetCause.UnreadData, ResetCause.LingerZero],
    };

    /// <summary>True if the reason can mean that cause; a reason not known here can mean any.</summary>
    public static bool Allow(string reason, ResetCause cause) => !Causes.TryGetValue(reason, out var causes) || causes.Contains(cause);

    /// <summary>The first cause the reason can mean; null if it is not known here.</summary>
    public static ResetCause? FirstCause(string reason) => Causes.TryGetValue(reason, out var causes) ? causes[0] : null;
}
