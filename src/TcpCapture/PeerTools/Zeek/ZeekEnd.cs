namespace TcpCapture.PeerTools.Zeek;

/// <summary>Zeek's state of one end. Relative numbers count from the SYN, which is 0.</summary>
internal struct ZeekEnd
{
    public ZeekEnd() => Delivered = Settled = 1;

    public uint Start; // sequence number of its SYN; if unseen, the number before the first byte
    public uint Last; // the sequence number after the highest it has sent
    public uint Ack; // the highest acknowledgement number the peer has sent
    public uint Delivered; // relative: data up to here was seen without a gap, or given up
    public uint Settled; // relative: acknowledgements up to here were checked for gaps

    // Relative numbers of the latest SYN, FIN without SYN or RST, FIN with any other flags, and RST.
    public uint SynAt;
    public uint FinAt;
    public uint AnyFinAt;
    public uint RstAt;

    public ZeekEndState State;
    public ZeekEndState Previous;
    public ZeekSeen Seen; // letters its history already has
    public bool IsSkipped; // Zeek stopped reassembling its data: too much lies behind a gap without an acknowledgement

    /// <summary>True if a gap in its data counts: it is established, or closed after that.</summary>
    public readonly bool IsClean =>
        State == ZeekEndState.Established || (State == ZeekEndState.Closed && Previous == ZeekEndState.Established);

    /// <summary>True if none of its data was acknowledged.</summary>
    public readonly bool NothingAcknowledged => Ack == Start || Ack == unchecked(Start + 1);

    public void Enter(ZeekEndState state)
    {
        if (state == State) return;
        Previous = State;
        State = state;
    }

    /// <summary>Sets the first numbers: with a SYN, or as if one had preceded.</summary>
    public void Begin(uint start, uint last)
    {
        Start = start;
        Ack = start;
        Last = last;
    }

    /// <summary>True if it sent a byte between SYN and FIN, by its own or the acknowledged numbers.</summary>
    public readonly bool HasSent(in ZeekEnd peer)
    {
        if (Previous == ZeekEndState.SynSent && State == ZeekEndState.Reset && peer.State == ZeekEndState.Inactive && !NothingAcknowledged)
            return false; // an old connection on the same ports was aborted
        var size = Math.Max(unchecked(Last - Start), unchecked(Ack - Start));
        return size > ((Seen & ZeekSeen.AnyFin) != 0 ? 2u : 1u);
    }
}

/// <summary>Zeek's states of an end, from which <c>conn_state</c> follows.</summary>
internal enum ZeekEndState : byte
{
    Inactive, // no segment was seen
    SynSent, // a SYN was seen but no answer
    SynAckSent, // a SYN-ACK was seen from the end that should have sent the SYN
    Partial, // segments were seen, but no SYN
    Established, // it answered a SYN, or its own was answered
    Closed, // a FIN was seen
    Reset, // an RST was seen
}

/// <summary>Kinds of segment already in the history of an end.</summary>
[Flags]
internal enum ZeekSeen : byte
{
    None = 0,

    Syn = 1, // or a SYN-ACK
    Fin = 1 << 1,
    Rst = 1 << 2,
    Inconsistent = 1 << 3, // FIN and RST
    Data = 1 << 4,
    Ack = 1 << 5, // a pure acknowledgement
    MultiFlag = 1 << 6, // SYN and FIN, or SYN and RST
    AnyFin = 1 << 7, // not a letter: a FIN with any other flags was seen
}
