namespace TcpCapture.PeerTools.Zeek;

/// <summary>One end of a connection as Zeek sees it. Numbers called relative count from the SYN, whose own number is 0.</summary>
internal struct ZeekEnd
{
    public ZeekEnd() => Delivered = Settled = 1;

    /// <summary>Sequence number of its SYN; where none was seen, the one before the first byte.</summary>
    public uint Start;

    /// <summary>The sequence number after the highest it has sent.</summary>
    public uint Last;

    /// <summary>The highest acknowledgement number the peer has sent.</summary>
    public uint Ack;

    /// <summary>Relative: up to here its data was seen without a gap, or given up.</summary>
    public uint Delivered;

    /// <summary>Relative: up to here acknowledgements have been looked at for gaps.</summary>
    public uint Settled;

    /// <summary>Relative number of the latest SYN.</summary>
    public uint SynAt;

    /// <summary>Relative number of the latest FIN that came without SYN or RST.</summary>
    public uint FinAt;

    /// <summary>Relative number of the latest FIN in whatever company: its own number is no data.</summary>
    public uint AnyFinAt;

    /// <summary>Relative number of the latest RST.</summary>
    public uint RstAt;

    /// <summary>Its state.</summary>
    public ZeekEndState State;

    /// <summary>The state before.</summary>
    public ZeekEndState Previous;

    /// <summary>What its history has.</summary>
    public ZeekSeen Seen;

    /// <summary>Zeek reassembles its data no longer: too much of it lies behind a gap and nobody acknowledges.</summary>
    public bool IsSkipped;

    /// <summary>True if a gap in its data counts: it is established, or has closed from there.</summary>
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

    /// <summary>Numbers begin here: with a SYN, or as if one had been sent just before.</summary>
    public void Begin(uint start, uint last)
    {
        Start = start;
        Ack = start;
        Last = last;
    }

    /// <summary>True if there is a byte between its SYN and its FIN, by the numbers it sent and those that were acknowledged.</summary>
    public readonly bool HasSent(in ZeekEnd peer)
    {
        if (Previous == ZeekEndState.SynSent && State == ZeekEndState.Reset && peer.State == ZeekEndState.Inactive && !NothingAcknowledged)
            return false; // an old connection of the same ports was discovered and aborted
        var size = Math.Max(unchecked(Last - Start), unchecked(Ack - Start));
        return size > ((Seen & ZeekSeen.AnyFin) != 0 ? 2u : 1u);
    }
}
