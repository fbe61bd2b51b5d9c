using TcpCapture;

// Program FILE: counts the connections of a capture file and lists those that were reset.
using var analysis = CaptureAnalysis.Open([args[0]]);
var connections = 0;
await foreach (var connection in analysis.ReadConnectionsAsync())
{
    connections++;
    if (connection.Reset is { } reset) Console.WriteLine($"{connection.Client} -> {connection.Server}: reset by {reset.By}");
}

Console.WriteLine($"{connections} connections");
