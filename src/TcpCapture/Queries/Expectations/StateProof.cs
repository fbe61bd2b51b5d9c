using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>Shows whether a segment proves that its sender has entered a state.</summary>
// On loopback an ACK follows in microseconds, the next sample in milliseconds: this decides rules that samples leave open.
internal static class StateProof
{
    public static bool Shows(in Segment segment, TcpState state, ConnectionEnd peer) => state switch
    {
        TcpState.SynSent or TcpState.SynRecv => segment.Has(TcpFlags.Syn),

        // A client sends segments without SYN only after the SYN-ACK; a server may acknowledge in SYN_RECV, but sends no data.
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
internal readonly record struct StateEntry(TcpState State, VerdictEvent Event, Evidence Evidence, Timestamp Earliest, Timestamp? Latest);
