namespace TcpCapture.PeerTools.Zeek;

/// <summary>The states Zeek gives an end of a connection, from which <c>conn_state</c> follows.</summary>
internal enum ZeekEndState : byte
{
    /// <summary>Nothing was seen of it.</summary>
    Inactive,

    /// <summary>A SYN was seen, nothing that answers it.</summary>
    SynSent,

    /// <summary>A SYN-ACK was seen of the end that should have sent the SYN.</summary>
    SynAckSent,

    /// <summary>Segments were seen, but none that opens.</summary>
    Partial,

    /// <summary>It answered a SYN, or its own was answered.</summary>
    Established,

    /// <summary>A FIN was seen.</summary>
    Closed,

    /// <summary>An RST was seen.</summary>
    Reset,
}
