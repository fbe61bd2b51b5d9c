namespace TcpCapture.PeerTools.Zeek;

/// <summary>Which kinds of segment Zeek has written into the history of an end already.</summary>
[Flags]
internal enum ZeekSeen : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A SYN or a SYN-ACK: they share one mark.</summary>
    Syn = 1,

    /// <summary>A FIN.</summary>
    Fin = 1 << 1,

    /// <summary>An RST.</summary>
    Rst = 1 << 2,

    /// <summary>A segment with FIN and RST.</summary>
    Inconsistent = 1 << 3,

    /// <summary>Data.</summary>
    Data = 1 << 4,

    /// <summary>A pure acknowledgement.</summary>
    Ack = 1 << 5,

    /// <summary>A segment with SYN and FIN, or SYN and RST.</summary>
    MultiFlag = 1 << 6,

    /// <summary>Not a letter: a FIN was counted, in whatever company.</summary>
    AnyFin = 1 << 7,
}
