namespace TcpCapture.Queries;

/// <summary>The kind of a column of connections.csv, which decides how it is written and compared.</summary>
internal enum ColumnKind : byte
{
    Count,
    Bytes,
    Seconds,
    Milliseconds,
    Time,
    Address, // an address and a port
    Word, // one of a few known words, in any case
    Letters, // letters of which the case matters
    Text, // any text, also from outside
}
