using System.Text.Json;

namespace TcpCapture.SystemTests.Cli;

/// <summary><c>tcpcapture record</c> attaches to existing sockets, and its files are complete however it ends.</summary>
[Collection(CommandCollection.Name)]
public sealed class RecordTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void ConnectionsFromBeforeTheRecordingAreMarkedAndNewOnesAreNot(string signal)
    {
        using var pair = new EstablishedPair(_port);
        using var command = Command.Start("record", "--port", _port, "--output", _folder.Output);
        WaitUntilItRecords(command);
        pair.Exchange(3);
        var (client, server) = pair.Connect();
        client.Close();
        Assert.Equal(0, server.Receive(new byte[1]));
        server.Close();
        command.WaitUntil(() => Raw().Split("LAST_ACK").Length > 1, "the closing is on disk");
        command.Signal(signal);
        var run = command.Wait().Succeeded();

        Assert.Contains($"Recorded port {_port} on lo", run.Output);
        Assert.Equal(["capture.pcap", "connections.csv", "report.html", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], _folder.OutputNames);
        var connections = CsvFile.Read(_folder.In("connections.csv"));
        Assert.Equal(["began before the recording", ""], connections.Select(row => row["note"]));
        Assert.Equal(["ESTABLISHED/ESTABLISHED", "TIME_WAIT/CLOSED"], connections.Select(row => $"{row["client_final_state"]}/{row["server_final_state"]}"));
        Assert.EndsWith($"[{Environment.ProcessId}]", connections[0]["process_client"]); // the other process can end before its name is read
        Assert.EndsWith($"[{Environment.ProcessId}]", connections[0]["process_server"]);

        var timeline = CsvFile.Read(_folder.In("timeline.csv"));
        var found = timeline.Where(row => row["note"] == "in this state when the recording began").ToArray();
        Assert.Equal(["ESTABLISHED", "ESTABLISHED", "LISTEN"], found.Select(row => row["new_state"]).Order(StringComparer.Ordinal));
        Assert.All(found, row => Assert.Equal("", row["old_state"]));
        Assert.Contains(timeline, row => row["kind"] == "finding" && row["note"].StartsWith("Socket calls are unknown", StringComparison.Ordinal));
        SegmentsOracle.Agrees(_folder.In("capture.pcap"), timeline);

        var shown = Command.Run("show", _folder.Output).Succeeded().Output;
        Assert.Contains("in this state when the recording began", shown);
        Assert.Contains("• connection 1: The connection began before the recording: its SYN was not seen.", shown);
    }

    [Fact]
    public void SeveralPortsOrAFilterSelectTheTraffic()
    {
        var other = Ports.Next();
        var third = Ports.Next();
        using var pair = new EstablishedPair(_port);
        using var second = new EstablishedPair(other);
        using var unwanted = new EstablishedPair(third);
        var byFilter = Path.Combine(_folder.Path, "filtered");
        using var ports = Command.Start("record", "--port", $"{_port},{other}", "--output", _folder.Output);
        using var filter = Command.Start("record", "--filter", $"tcp port {other}", "-i", "lo", "--json", "--output", byFilter);
        WaitUntilItRecords(ports);
        filter.WaitUntil(() => File.Exists(Path.Combine(byFilter, "recording.pcapng.partial")), "the other records");
        foreach (var each in (EstablishedPair[])[pair, second, unwanted]) each.Exchange();
        filter.WaitUntil(() =>
        {
            second.Exchange(); // segments before the start are not recorded
            return File.ReadAllBytes(Path.Combine(byFilter, "recording.pcapng.partial")).AsSpan().IndexOf("ESTABLISHED"u8) > 0;
        }, "a state is on disk");
        ports.Signal("INT");
        filter.Signal("INT");
        ports.Wait().Succeeded();
        using var summary = JsonDocument.Parse(filter.Wait().Succeeded().Output);

        Assert.Equal([$":{other}", $":{_port}"], Servers(_folder.In("connections.csv")).OrderBy(end => end == $":{_port}"));
        Assert.Equal([$":{other}"], Servers(Path.Combine(byFilter, "connections.csv")));
        Assert.Equal(1, summary.RootElement.GetProperty("connections").GetInt32());
        Assert.Equal(0, summary.RootElement.GetProperty("dropped").GetInt32());
        Assert.Equal([byFilter], summary.RootElement.GetProperty("folders").EnumerateArray().Select(folder => folder.GetString()));
    }

    [Fact]
    public void OnATerminalAStatusLineIsShown()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "a terminal needs script (bsdutils)");
        using var pair = new EstablishedPair(_port);
        var run = Command.RunProgram(
        [
            "script", "-qec", $"stty cols 120; exec {Command.File} record --port {_port} --duration 500ms --output {_folder.Output}",
            Path.Combine(_folder.Path, "typescript"),
        ]);

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains($"Recording port {_port} on lo into {_folder.Output}; Ctrl-C ends it.", run.Output);
        Assert.Matches("\r1 open, 0 closed · 00:00:0[0-9] · 0 segments/s · [0-9.]+ kB", run.Output);
        Assert.Contains("Recorded port", run.Output);
    }

    private void WaitUntilItRecords(Command command) =>
        command.WaitUntil(() => File.Exists(_folder.RawRecording) && Raw().Contains("isInitial", StringComparison.Ordinal), "what was found is on disk");

    private string Raw()
    {
        using var file = new FileStream(_folder.RawRecording, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> Servers(string connections) =>
        CsvFile.Read(connections).Select(row => row["server"][row["server"].LastIndexOf(':')..]);
}
