namespace TcpCapture.SystemTests.Cli;

/// <summary>An interrupted run leaves a complete recording, or one that is marked as incomplete.</summary>
[Collection(CommandCollection.Name)]
public sealed class InterruptionTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CtrlCFinishesTheFiles()
    {
        // Like a terminal: to every process of the group, including the one inside the private namespace.
        using var command = Command.StartProgram(["setsid", Command.File, "run", "unreachable", "--port", _port, "--output", _folder.Output]);
        command.WaitUntil(() => File.Exists(_folder.RawRecording) && new FileInfo(_folder.RawRecording).Length > 4_000, "the first SYN is on disk");
        command.Signal("INT", group: true);
        var run = command.Wait().Succeeded();

        Assert.Contains("• The recording ended early: interrupted.", run.Output);
        Assert.Equal(["capture.pcap", "connections.csv", "report.html", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], _folder.OutputNames);
        var connection = Assert.Single(CsvFile.Read(_folder.In("connections.csv")));
        Assert.Equal(("S0", "SYN_SENT"), (connection["conn_state"], connection["client_final_state"]));
        SegmentsOracle.Agrees(_folder.In("capture.pcap"), CsvFile.Read(_folder.In("timeline.csv")));
    }

    [Fact]
    public void AKilledRunsRecordingIsIncompleteAndCanBeShown()
    {
        using var command = Command.Start("run", "both-close", "--port", _port, "--output", _folder.Output, "--follow");
        command.WaitUntil(() => Sockets.States("sport", _port).Contains("TIME-WAIT"), "ss shows TIME-WAIT");
        command.WaitUntil(() => new FileInfo(_folder.RawRecording).Length > 10_000, "the exchange is on disk");
        command.Signal("KILL");
        Assert.Equal(137, command.Wait().ExitCode);

        Assert.Equal(["recording.pcapng.partial"], _folder.OutputNames);
        Command.Run("show", _folder.Output).Refused("There is no recording");
        var shown = Command.Run("show", _folder.RawRecording).Succeeded().Output;
        Assert.Contains("TIME_WAIT", shown);
        Assert.Contains("• The recording was cut off: ", shown);
        Command.Run("run", "refused", "--port", _port, "--output", _folder.Output).Refused("is not empty", "--force");
        Command.Run("run", "refused", "--port", _port, "--output", _folder.Output, "--force").Succeeded();
        Assert.DoesNotContain("recording.pcapng.partial", _folder.OutputNames);
    }
}
