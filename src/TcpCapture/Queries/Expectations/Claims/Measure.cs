namespace TcpCapture.Queries.Expectations.Claims;

/// <summary>What rules count.</summary>
internal enum Measure : byte
{
    /// <summary>Segments with RST.</summary>
    Resets,

    /// <summary>Segments that carry only what was sent before: data, SYN or FIN.</summary>
    Retransmissions,

    /// <summary>SYNs without ACK after the first.</summary>
    SynRetransmissions,

    Segments,

    /// <summary>Payload bytes, those sent again not counted.</summary>
    Bytes,
}
