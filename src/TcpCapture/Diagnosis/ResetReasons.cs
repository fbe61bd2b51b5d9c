using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Maps the kernel's reasons for an RST (<c>include/net/rstreason.h</c>) to reset causes.</summary>
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

    /// <summary>True if the reason allows the cause; an unknown reason allows any.</summary>
    public static bool Allow(string reason, ResetCause cause) =>
        !Causes.TryGetValue(reason, out var causes) || causes.Contains(cause);

    /// <summary>The first cause the reason allows; null for an unknown reason.</summary>
    public static ResetCause? FirstCause(string reason) => Causes.TryGetValue(reason, out var causes) ? causes[0] : null;
}
