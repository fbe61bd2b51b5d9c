using TcpCapture.Model;

namespace TcpCapture.PeerTools.Zeek;

/// <summary>Zeek's state transitions of an end.</summary>
internal static class ZeekStates
{
    /// <summary>Sets an end's first numbers: at its first segment, or at a SYN that replaces another.</summary>
    public static void Begin(ref ZeekEnd own, in Segment segment, TcpFlags control, uint next)
    {
        var isSyn = (control & TcpFlags.Syn) != 0;
        switch (own.State)
        {
            case ZeekEndState.Inactive when isSyn:
                own.Begin(segment.Seq, next);
                break;
            case ZeekEndState.Inactive:
                own.Begin(unchecked(segment.Seq - 1), segment.Seq);
                break;
            case ZeekEndState.SynSent or ZeekEndState.SynAckSent when isSyn && segment.Seq != own.Start:
            case ZeekEndState.Established or ZeekEndState.Partial when isSyn:
            case ZeekEndState.Reset when isSyn && own.Previous == ZeekEndState.Inactive:
                own.Begin(segment.Seq, next);
                break;
        }
    }

    public static void Advance(Side side, ref ZeekEnd own, ref ZeekEnd peer, in Segment segment, TcpFlags control)
    {
        var isFin = (control & TcpFlags.Fin) != 0;
        var isReset = (control & TcpFlags.Rst) != 0;
        switch (own.State)
        {
            case ZeekEndState.Inactive:
                Appear(side, ref own, ref peer, segment, control);
                break;
            case ZeekEndState.SynSent or ZeekEndState.SynAckSent:
                if (isFin) own.Enter(ZeekEndState.Closed);
                if (isReset) own.Enter(ZeekEndState.Reset);
                break;
            case ZeekEndState.Established or ZeekEndState.Partial:
                var isLateSyn = (control & TcpFlags.Syn) != 0 && (segment.Flags & TcpFlags.Ack) == 0;
                if (isLateSyn && own.State == ZeekEndState.Partial && peer.State == ZeekEndState.Inactive) own.Enter(ZeekEndState.SynSent);
                if (isFin && !isReset)
                {
                    own.Enter(ZeekEndState.Closed);
                    if (peer is { State: ZeekEndState.Reset, Previous: ZeekEndState.Closed }) peer.Enter(ZeekEndState.Closed);
                }

                if (isReset) own.Enter(ZeekEndState.Reset);
                break;
            case ZeekEndState.Closed when isReset && peer.State != ZeekEndState.Closed:
                own.Enter(ZeekEndState.Reset);
                break;
        }
    }

    /// <summary>Enters the first state of an end.</summary>
    private static void Appear(Side side, ref ZeekEnd own, ref ZeekEnd peer, in Segment segment, TcpFlags control)
    {
        var acknowledges = (segment.Flags & TcpFlags.Ack) != 0;
        if ((control & TcpFlags.Syn) != 0)
        {
            if (side == Side.Client) own.Enter(acknowledges ? ZeekEndState.SynAckSent : ZeekEndState.SynSent);
            else
            {
                if (peer.State == ZeekEndState.SynSent) peer.Enter(ZeekEndState.Established);
                own.Enter(ZeekEndState.Established);
            }
        }

        if ((control & TcpFlags.Fin) != 0) own.Enter(ZeekEndState.Closed);
        if ((control & TcpFlags.Rst) != 0) own.Enter(ZeekEndState.Reset);
        if (own.State != ZeekEndState.Inactive) return;
        if (side == Side.Server && segment.Length == 0 && peer.State == ZeekEndState.SynSent) return; // an ACK before the SYN-ACK: wait
        own.Enter(acknowledges && peer.State == ZeekEndState.Established ? ZeekEndState.Established : ZeekEndState.Partial);
    }
}
