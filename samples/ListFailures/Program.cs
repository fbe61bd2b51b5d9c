using TcpCapture;

// Lists the connections of capture files that failed: dotnet run --project samples/ListFailures capture.pcapng

try
{
    using var analysis = CaptureAnalysis.Open(args);
    await foreach (var connection in analysis.ReadConnectionsAsync())
    {
        if (connection.Reset is { } reset)
            Console.WriteLine($"{connection.Client.Address} → {connection.Server.Address}: reset by the {reset.By}, {reset.Cause}");
        else if (connection.Established is null && !connection.BeganEarlier)
            Console.WriteLine($"{connection.Client.Address} → {connection.Server.Address}: no handshake");
    }
}
catch (TcpCaptureException error)
{
    Console.Error.WriteLine(error.Message);
}
