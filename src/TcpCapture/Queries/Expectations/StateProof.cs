using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>
/// What an end sends proves that it has entered a state by then. On loopback an ACK follows in microseconds where the first
/// look comes milliseconds later, so that this decides rules that looks alone would leave open.
/// </summary>
internal static class StateProof
{
    public static bool Shows(in Segment segment, TcpState state, ConnectionEnd peer) => state switch
    {
        TcpState.SynSent or TcpState.SynRecv => segment.Has(TcpFlags.Syn),

        // A client answers the SYN-ACK with no SYN only after it; a server may acknowledge in SYN_RECV, but sends no data there.
        TcpState.Established => !segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Rst)
            && (peer.Side == Side.Server || segment.Length > 0 || segment.Has(TcpFlags.Fin)),
        TcpState.FinWait1 or TcpState.LastAck => segment.Has(TcpFlags.Fin),
        TcpState.CloseWait or TcpState.Closing or TcpState.TimeWait =>
            segment.Has(TcpFlags.Ack) && !segment.Has(TcpFlags.Rst)
            && peer.FinEvent != 0 && !SequenceNumber.Before(segment.Ack, peer.FinNext),
        _ => false,
    };
}

/// <summary>An end's entry into a state, and how exactly it is known.</summary>
/// <param name="State">The state entered.</param>
/// <param name="Event">The event of the change.</param>
/// <param name="Evidence">How it is known.</param>
/// <param name="Earliest">It was not before this moment.</param>
/// <param name="Latest">It had happened by this moment; null if nothing that was seen shows when.</param>
internal readonly record struct StateEntry(TcpState State, VerdictEvent Event, Evidence Evidence, Timestamp Earliest, Timestamp? Latest);
