namespace TcpCapture.Model;

/// <summary>A block of a SACK option (RFC 2018): bytes that arrived though bytes before them are missing.</summary>
/// <param name="Left">Sequence number of the block's first byte.</param>
/// <param name="Right">Sequence number after its last byte.</param>
internal readonly record struct SackRange(uint Left, uint Right);
