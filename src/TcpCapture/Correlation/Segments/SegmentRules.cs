using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>
/// The state machine of RFC 9293 section 3.3.2 as driven by segments: when an end sends one, and when it receives one.
/// </summary>
/// <remarks>
/// <code>
/// sends SYN            CLOSED → SYN_SENT                  gets SYN, ACK of its SYN  SYN_SENT → ESTABLISHED
/// sends SYN, ACK       LISTEN, SYN_SENT → SYN_RECV        gets SYN without ACK      SYN_SENT → SYN_RECV
///                                                         gets ACK of its SYN       SYN_RECV → ESTABLISHED
/// sends FIN            SYN_RECV, ESTABLISHED → FIN_WAIT_1 gets ACK of its FIN       FIN_WAIT_1 → FIN_WAIT_2
///                      CLOSE_WAIT → LAST_ACK                                        CLOSING → TIME_WAIT
///                                                                                   LAST_ACK → CLOSED
/// sends RST            (see ResetJudge)                  gets SYN without ACK      SYN_SENT → SYN_RECV
///                                                         gets FIN                  SYN_RECV, ESTABLISHED → CLOSE_WAIT
///                                                                                   FIN_WAIT_1 → CLOSING
///                                                                                   FIN_WAIT_2 → TIME_WAIT
/// </code>
/// </remarks>
internal static class SegmentRules
{
    /// <summary>The state a sender must have entered to send the segment; null if it need not have changed.</summary>
    public static TcpState? AfterSending(TcpState state, in Segment segment) => segment.Flags switch
    {
        _ when segment.Has(TcpFlags.Rst) => null,
        _ when segment.Has(TcpFlags.Syn | TcpFlags.Ack) =>
            state is TcpState.Closed or TcpState.Listen or TcpState.SynSent ? TcpState.SynRecv : null,
        _ when segment.Has(TcpFlags.Syn) => state is TcpState.Closed ? TcpState.SynSent : null,
        _ when segment.Has(TcpFlags.Fin) => state switch
        {
            TcpState.SynRecv or TcpState.Established => TcpState.FinWait1,
            TcpState.CloseWait => TcpState.LastAck,
            _ => null,
        },
        _ => null,
    };

    /// <summary>The state of a receiver after an ACK of its SYN or FIN; null if it does not change.</summary>
    public static TcpState? AfterAck(TcpState state, bool acksSyn, bool acksFin, bool hasSyn) => state switch
    {
        TcpState.SynSent when acksSyn && hasSyn => TcpState.Established,
        TcpState.SynRecv when acksSyn => TcpState.Established,
        TcpState.FinWait1 when acksFin => TcpState.FinWait2,
        TcpState.Closing when acksFin => TcpState.TimeWait,
        TcpState.LastAck when acksFin => TcpState.Closed,
        _ => null,
    };

    /// <summary>True for states that an ACK can end.</summary>
    public static bool IsMovedByAck(TcpState state) => (MovedByAck >> (int)state & 1) != 0;

    private const uint MovedByAck = 1u << (int)TcpState.SynSent | 1u << (int)TcpState.SynRecv | 1u << (int)TcpState.FinWait1
        | 1u << (int)TcpState.Closing | 1u << (int)TcpState.LastAck;

    /// <summary>The state after the peer's FIN arrived in order; null if it does not change.</summary>
    public static TcpState? AfterFin(TcpState state) => state switch
    {
        TcpState.SynRecv or TcpState.Established => TcpState.CloseWait,
        TcpState.FinWait1 => TcpState.Closing,
        TcpState.FinWait2 => TcpState.TimeWait,
        _ => null,
    };
}
