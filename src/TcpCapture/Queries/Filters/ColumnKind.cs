namespace TcpCapture.Queries.Filters;

/// <summary>What a column of connections.csv holds, which decides what it can be compared with.</summary>
internal enum ColumnKind : byte
{
    /// <summary>A number that only counts.</summary>
    Count,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A length of time in seconds.</summary>
    Seconds,

    /// <summary>A length of time in milliseconds.</summary>
    Milliseconds,

    /// <summary>A moment.</summary>
    Time,

    /// <summary>An address and a port.</summary>
    Address,

    /// <summary>One of a few words, the same in upper and lower case.</summary>
    Word,

    /// <summary>Letters of which upper and lower case mean different things.</summary>
    Letters,

    /// <summary>Any text.</summary>
    Text,
}
