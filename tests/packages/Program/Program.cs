using TcpCapture;

// Program FILE: counts the connections of a capture file and lists those that failed.
using var analysis = CaptureAnalysis.Open([args[0]]);
var connections = 0;
await foreach (var connection in analysis.ReadConnectionsAsync())
{
    connections++;
    if (connection.Diagnosis.IsFailure) Console.WriteLine($"{connection.Client} -> {connection.Server}: {connection.Diagnosis.Summary}");
}

Console.WriteLine($"{connections} connections");
