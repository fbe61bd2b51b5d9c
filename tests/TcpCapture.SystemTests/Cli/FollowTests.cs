namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// While a run follows its sockets, ss shows the states at the end of the timeline. Ctrl-C ends the run; the recording is
/// complete, but shorter.
/// </summary>
[Collection(CommandCollection.Name)]
public sealed class FollowTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("both-close", "TIME-WAIT", "", "CLOSED", "TIME_WAIT")]
    [InlineData("client-close", "CLOSE-WAIT", "FIN-WAIT-2", "FIN_WAIT_2", "CLOSE_WAIT")]
    [InlineData("server-close", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSE_WAIT", "FIN_WAIT_2")]
    [InlineData("half-close", "", "TIME-WAIT", "TIME_WAIT", "CLOSED")]
    public void SsSeesTheStatesTheTimelineEndsWith(string scenario, string serverInSs, string clientInSs, string client, string server)
    {
        Assert.SkipUnless(States.SsTool.IsInstalled, "needs ss, the oracle");
        string[] serverStates = serverInSs.Length > 0 ? ["LISTEN", serverInSs] : ["LISTEN"];
        string[] clientStates = clientInSs.Length > 0 ? [clientInSs] : [];
        using var command = Command.Start("run", scenario, "--port", _port, "--output", _folder.Output, "--follow");
        command.WaitUntil(
            () => Sockets.States("sport", _port).SequenceEqual(serverStates.Order(StringComparer.Ordinal))
                && Sockets.States("dport", _port).SequenceEqual(clientStates),
            $"ss shows {serverInSs} and {clientInSs}");
        Assert.Equal(["recording.pcapng.partial"], _folder.OutputNames);
        // After the next flush of the raw recording, the run has seen the states that ss has shown.
        command.WaitUntil(() => new FileInfo(_folder.RawRecording).Length > 10_000, "the exchange is on disk");
        command.Signal("INT");
        var run = command.Wait().Succeeded();

        Assert.Contains("• The recording ended early: interrupted.", run.Output);
        Assert.Equal(["capture.pcap", "connections.csv", "report.html", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], _folder.OutputNames);
        var connection = Assert.Single(CsvFile.Read(_folder.In("connections.csv")));
        Assert.Equal((client, server), (connection["client_final_state"], connection["server_final_state"]));
        Assert.DoesNotContain("LISTEN", Sockets.States("sport", _port));
    }

    [Fact]
    public void SigtermEndsARunLikeSigint()
    {
        using var command = Command.Start("run", "exchange", "--role", "server", "--port", _port, "--output", _folder.Output);
        command.WaitUntil(() => Sockets.States("sport", _port).Contains("LISTEN"), "the server listens");
        command.Signal("TERM");
        Assert.Contains("ended early: interrupted", command.Wait().Succeeded().Output);
        Assert.Contains("call server listen(5) = 0", ReadableTimeline.Of(_folder.Output));
    }
}
