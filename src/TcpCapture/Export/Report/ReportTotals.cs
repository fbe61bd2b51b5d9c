namespace TcpCapture.Export.Report;

/// <summary>How many there are, written or left out: the page holds what it shows against it.</summary>
/// <param name="Events">Segments, states and calls.</param>
/// <param name="Connections">Connections.</param>
/// <param name="Syns">SYNs of clients.</param>
/// <param name="Findings">Findings.</param>
internal readonly record struct ReportTotals(long Events, long Connections, long Syns, long Findings);
