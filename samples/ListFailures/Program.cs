using TcpCapture;

// Lists the connections of capture files that failed: dotnet run --project samples/ListFailures capture.pcapng

try
{
    using var analysis = CaptureAnalysis.Open(args);
    await foreach (var connection in analysis.ReadConnectionsAsync())
    {
        var diagnosis = connection.Diagnosis;
        if (diagnosis.IsFailure)
            Console.WriteLine($"{connection.Client.Address} → {connection.Server.Address}: {diagnosis.Cause} ({diagnosis.Confidence}): {diagnosis}");
    }
}
catch (TcpCaptureException error)
{
    Console.Error.WriteLine(error.Message);
}
