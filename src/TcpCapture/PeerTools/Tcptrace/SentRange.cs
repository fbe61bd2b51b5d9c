namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>Sequence numbers one segment carried, and what became of them. Once acknowledged, neighbours become one.</summary>
internal struct SentRange
{
    /// <summary>The first sequence number.</summary>
    public uint First;

    /// <summary>The last, inclusive: a range never crosses a quadrant of the sequence space, so it does not wrap.</summary>
    public uint Last;

    /// <summary>When it was sent, the last time; nanoseconds since the epoch.</summary>
    public long Sent;

    /// <summary>How often it was sent again.</summary>
    public uint Repeated;

    /// <summary>An acknowledgement has covered it.</summary>
    public bool IsAcknowledged;

    /// <summary>Numbers that are sent for the first time. Field by field, in their place: that is quicker than to copy a whole.</summary>
    public void Set(uint first, uint last, long sent)
    {
        First = first;
        Last = last;
        Sent = sent;
        Repeated = 0;
        IsAcknowledged = false;
    }

    /// <summary>Which quarter of the sequence space it lies in.</summary>
    public readonly uint Quadrant => First >> 30;
}
