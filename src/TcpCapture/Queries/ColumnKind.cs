namespace TcpCapture.Queries;

/// <summary>The kind of a column of connections.csv, which decides how it is written and compared.</summary>
internal enum ColumnKind : byte
{
    Count,
    Bytes,
    Seconds,
    Milliseconds,
    Time,

    /// <summary>An address and a port.</summary>
    Address,

    /// <summary>One of a few known words, in any case.</summary>
    Word,

    /// <summary>Letters of which the case matters.</summary>
    Letters,

    /// <summary>Any text, also from outside.</summary>
    Text,
}
