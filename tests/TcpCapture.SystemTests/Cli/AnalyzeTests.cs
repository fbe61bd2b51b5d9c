using System.Text.Json;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Analysis of capture files with the built command.</summary>
[Collection(CommandCollection.Name)]
public sealed class AnalyzeTests : IDisposable
{
    private const string NewFiles = "connections.csv, syn-retransmits.csv, round-trips.csv, marks.csv";
    private const string AllFiles = NewFiles + ", timeline.csv, timeline.pcapng, report.html";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ForASingleShortConnectionTheLadderIsPrinted()
    {
        var capture = Write("killed.pcap", new HandMadeCapture().Open(1).FromClient(1, "P.", 30).FromServer(1, "R."));
        var run = Analyze(capture).Succeeded();
        Assert.StartsWith("killed.pcap (", run.Output);
        Assert.Contains("5 TCP segments, 1 connection", run.Output);
        Assert.Contains("\nfailed        1 connection: 1", run.Output);
        Assert.Contains("\nconn_state    1", run.Output);
        Assert.Contains("RSTR", run.Output);
        Assert.Contains("capture file: " + capture, run.Output);
        Assert.Contains("│ RST answers ", run.Output);
        Assert.DoesNotContain("recording", run.Output);
        Assert.Contains($"Files in {_folder.Output}: {NewFiles}\n", run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void ConnectionsInTroubleComeFirstAndOthersAreCounted()
    {
        var run = Analyze(Several(), "--top", "2").Succeeded();
        Assert.Contains("2 of 4 connections, those in trouble first\n", run.Output);
        var rows = run.OutputLines.SkipWhile(line => !line.StartsWith("con ", StringComparison.Ordinal)).Skip(1).Take(2);
        Assert.Equal(["3", "2"], rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]));
        Assert.Contains("2 more: --top 4 shows all", run.Output);
        Assert.DoesNotContain("con ", Analyze(Several(), "--top", "0", "--force").Succeeded().Output);
        Assert.Contains("by connection, the greatest first", Analyze(Several(), "--sort", "connection:desc", "--force").Succeeded().Output);
    }

    [Fact]
    public void ASelectedConnectionHasALadderAndATimelineThatShowLoads()
    {
        var run = Analyze(Several(), "--connection", "3").Succeeded();
        Assert.Contains($"Files in {_folder.Output}: {AllFiles}\n", run.Output);
        Assert.Equal(["connections.csv", "marks.csv", "report.html", "round-trips.csv", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], _folder.OutputNames);
        Assert.Equal(4, CsvFile.Read(_folder.In("connections.csv")).Count());
        Assert.All(CsvFile.Read(_folder.In("timeline.csv")).Where(row => row["kind"] != "finding"), row => Assert.Equal("3", row["connection"]));

        var shown = Command.Run("show", _folder.Output).Succeeded().Output;
        Assert.Contains("capture file: ", shown);
        Assert.Equal(Arrows(run.Output), Arrows(shown));
        Assert.NotEmpty(Arrows(shown));
    }

    [Fact]
    public void AFilterSelectsTheTableAndTheTimelineButNotTheRows()
    {
        var run = Analyze(Several(), "--filter", "conn_state = SF or port 40002").Succeeded();
        Assert.Contains("3 connections, those in trouble first, of 4: conn_state = SF or port 40002\n", run.Output);
        Assert.Equal(4, CsvFile.Read(_folder.In("connections.csv")).Count());
        Assert.Equal(["1", "2", "4"], CsvFile.Read(_folder.In("timeline.csv")).Select(row => row["connection"]).Where(number => number.Length > 0).Distinct().Order());

        var none = Analyze(Several(), "--filter", "duration > 1h", "--output", Path.Combine(_folder.Path, "none")).Succeeded();
        Assert.Contains("No connection matches the filter: duration > 1h\n", none.Output);
        Assert.Contains(NewFiles + "\n", none.Output);
    }

    [Fact]
    public void JsonHasTheSameContentInOneObject()
    {
        using var json = JsonDocument.Parse(Analyze(Several(), "--json", "--top", "1").Succeeded().Output);
        var root = json.RootElement;
        Assert.Equal(4, root.GetProperty("summary").GetProperty("connections").GetInt64());
        Assert.Equal(1, root.GetProperty("summary").GetProperty("conn_states").GetProperty("RSTR").GetInt64());
        var connection = Assert.Single(root.GetProperty("connections").EnumerateArray());
        Assert.Equal(("RSTR", "10.0.0.1:40003", "server"), (connection.GetProperty("conn_state").GetString(), connection.GetProperty("client").GetString(), connection.GetProperty("reset_by").GetString()));
        Assert.Contains(root.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("trouble").GetBoolean());
        Assert.Equal(NewFiles.Split(", "), root.GetProperty("written").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void RulesApplyToAllConnections()
    {
        Assert.Contains("held", Analyze(Several(), "--expect", "exactly 4 connections").Succeeded().Output);
        var broken = Analyze(Several(), "--expect", "no resets", "--force", "--junit", Path.Combine(_folder.Path, "junit.xml"));
        Assert.Equal(3, broken.ExitCode);
        Assert.Contains("connection 3", broken.Output);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "junit.xml")));
    }

    [Fact]
    public void ATruncatedFileIsAnalysedUpToItsEnd()
    {
        var whole = File.ReadAllBytes(Several());
        var cut = Path.Combine(_folder.Path, "cut.pcap");
        File.WriteAllBytes(cut, whole[..^5]);
        var run = Analyze(cut).Succeeded();
        Assert.Contains("! " + cut, run.Output);
        Assert.Contains("cut off", run.Output);
    }

    [Fact]
    public void ErrorsAreReportedInOneLine()
    {
        var capture = Several();
        var text = Path.Combine(_folder.Path, "text.pcap");
        File.WriteAllText(text, "hello, world\n");
        var empty = Path.Combine(_folder.Path, "empty.pcap");
        File.WriteAllBytes(empty, []);
        Refused(2, "There is no file", "nosuch.pcap");
        Refused(2, "is a folder", _folder.Path);
        Refused(2, "is not a capture file", text);
        Refused(2, "is empty", empty);
        Refused(1, "Did you mean 'reset_by'?", capture, "--filter", "reset_bi = client");
        Refused(1, "a pipe can be read only once", "-", "--filter", "port 1");
        Refused(1, "--sort takes trouble, connection", capture, "--sort", "size");
        Refused(1, "--connection takes numbers from 1", capture, "--connection", "0");
        Refused(1, "--top takes a number", capture, "--top", "-1");
        Assert.False(Directory.Exists(_folder.Output)); // nothing is left behind
        var missing = Analyze(capture, "--connection", "2,9");
        Assert.Equal((2, true), (missing.ExitCode, missing.Error.Contains($"There is no connection 9 in {capture}: it has 4, numbered from 1.", StringComparison.Ordinal)));
        Refused(2, "is not empty", capture);
        Refused(1, "would be replaced", _folder.In("timeline.pcapng"), "--force");
    }

    [Fact]
    public void StandardInputCanBeACaptureFile()
    {
        var run = Command.RunProgram(["sh", "-c", $"gzip -c {Several()} | {Command.File} analyze - --output {_folder.Output}"]).Succeeded();
        Assert.StartsWith("standard input (", run.Output);
        Assert.Contains("4 connections", run.Output);
    }

    [Fact]
    public void CtrlCFinishesTheFilesWithTheFramesReadSoFar()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        Command.RunProgram(["mkfifo", pipe]).Succeeded();
        using var command = Command.Start("analyze", pipe, "--output", _folder.Output);
        using (var writing = new FileStream(pipe, FileMode.Open, FileAccess.Write))
        {
            writing.Write(File.ReadAllBytes(Several()));
            writing.Flush();
            command.WaitUntil(() => File.Exists(_folder.In("connections.csv.partial")), "the files are begun");
            command.Signal("INT");
            var run = command.Wait().Succeeded();
            Assert.Contains("! Interrupted: ", run.Output);
        }

        Assert.Equal(["connections.csv", "marks.csv", "round-trips.csv", "syn-retransmits.csv"], _folder.OutputNames);
    }

    [Fact]
    public void ATerminalHasColours()
    {
        var run = Command.RunProgram(["script", "-qec", $"{Command.File} analyze {Several()} --output {_folder.Output}", "/dev/null"]).Succeeded();
        Assert.Contains("\e[31m", run.Output);
        Assert.Contains("\e[1mseveral.pcap", run.Output);
    }

    private void Refused(int code, string why, params string[] arguments)
    {
        var run = Analyze(arguments);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(why, run.Error);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private CommandResult Analyze(params string[] arguments) =>
        Command.Run(arguments.Contains("--output") ? ["analyze", .. arguments] : ["analyze", .. arguments, "--output", _folder.Output]);

    /// <summary>Four connections: closed, refused, reset while open, and with retransmitted data.</summary>
    private string Several() => Write("several.pcap", new HandMadeCapture()
        .Open(1).FromClient(1, "P.", 10).Close(1)
        .FromClient(2, "S").FromServer(2, "R.")
        .Open(3).FromClient(3, "P.", 30).FromServer(3, "R.")
        .Open(4).FromClient(4, "P.", 20).Again().Close(4));

    private string Write(string name, HandMadeCapture capture)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, capture.ToArray());
        return path;
    }

    private static string[] Arrows(string text) =>
        [.. text.Split('\n').Where(line => line.Contains('▶') || line.Contains('◀')).Select(line => line[(line.IndexOf('│'))..])];
}
