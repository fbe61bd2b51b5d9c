namespace TcpCapture.Queries;

/// <summary>What a column of connections.csv holds; decides how it is written and compared.</summary>
internal enum ColumnKind : byte
{
    /// <summary>A whole number without a unit.</summary>
    Count,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A duration in seconds.</summary>
    Seconds,

    /// <summary>A duration in milliseconds.</summary>
    Milliseconds,

    /// <summary>A time in UTC.</summary>
    Time,

    /// <summary>An address and a port.</summary>
    Address,

    /// <summary>One of a few words of this project; upper and lower case are the same.</summary>
    Word,

    /// <summary>Letters of this project; upper and lower case differ.</summary>
    Letters,

    /// <summary>Any text, also from outside.</summary>
    Text,
}
