namespace TcpCapture.Correlation.Connections;

/// <summary>How it came out that a connection was half-open (RFC 9293 section 3.5.1).</summary>
/// <param name="New">The connection that its client was opening.</param>
/// <param name="Syn">Number of the event of that one's SYN, which reached the old socket.</param>
/// <param name="Ack">Number of the event of the old socket's answer.</param>
/// <param name="Reset">Number of the event of the client's RST.</param>
internal sealed record HalfOpenDiscovery(Connection New, long Syn, long Ack, long Reset);
