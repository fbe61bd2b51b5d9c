using TcpCapture.Correlation.Connections;

namespace TcpCapture.Findings;

/// <summary>What connections.csv says of a connection beyond the connection itself.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="ConnState">Zeek's <c>conn_state</c>.</param>
/// <param name="History">Zeek's <c>history</c>; upper case is the client.</param>
/// <param name="Completeness">Wireshark's <c>tcp.completeness</c>: SYN 1, SYN-ACK 2, ACK 4, DATA 8, FIN 16, RST 32.</param>
/// <param name="ClosedBy">Who closed first: <c>client</c>, <c>server</c>, <c>both</c> (the FINs crossed) or <c>nobody</c>.</param>
public sealed record ConnectionReport(
    Connection Connection, string ConnState, string History, int Completeness, string ClosedBy);
