using System.Text.Json;
using System.Xml.Linq;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Rules decide the exit code, and a broken rule is reported with its cause.</summary>
[Collection(CommandCollection.Name)]
public sealed class ExpectTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RulesThatHoldAreReportedAndTheExitCodeIsZero()
    {
        var run = Run("client-close", "--expect", "client closes first", "--expect", "no resets", "--expect", "handshake within 5 s").Succeeded();
        Assert.EndsWith("\nheld: client closes first\nheld: no resets\nheld: handshake within 5 s\n", run.Output);
    }

    [Fact]
    public void ABrokenRuleIsReportedWithItsConnectionAndEvents()
    {
        var run = Run("killed-unread", "--expect", "no resets", "--expect", "exactly 1 connection");
        Assert.True(run.ExitCode == 3, run.ToString());
        Assert.Empty(run.Error);
        Assert.Matches(
            @"\nBROKEN: no resets\n  connection 1 \(127\.0\.0\.1:\d+ → 127\.0\.0\.1:\d+\): there was 1 reset\n    event \d+ +[\d.]+ s  client R\.\nheld: exactly 1 connection\n$", run.Output);
        Assert.Contains("timeline.csv", _folder.OutputNames); // a broken rule does not remove files

        var show = Command.Run("show", _folder.Output, "--expect", "reset by client because process-exit", "--expect", "server ends in ESTABLISHED");
        Assert.Equal(3, show.ExitCode);
        Assert.Contains("\nheld: reset by client because process-exit\nBROKEN: server ends in ESTABLISHED\n", show.Output);
    }

    /// <summary>Scripts need the client's exit code, so that of a broken rule is used only if the client succeeded.</summary>
    [Theory]
    [InlineData("no resets", 0, 3)]
    [InlineData("no resets", 7, 7)]
    [InlineData("reset by server because no-listener", 0, 0)]
    [InlineData("reset by server because no-listener", 7, 7)]
    public void ExecReturnsTheClientsExitCodeUnlessThatHidesABrokenRule(string rule, int client, int expected)
    {
        ObservedPrograms.SkipUnlessInstalled("python3");
        var port = Ports.Next();
        var program = $"import socket, sys; socket.socket().connect_ex(('127.0.0.1', {port})); sys.exit({client})";
        var run = Command.Run("exec", "--port", port, "--output", _folder.Output, "--expect", rule, "--", "python3", "-c", program);
        Assert.True(run.ExitCode == expected, run.ToString());
        Assert.Contains($"\n{(rule == "no resets" ? "BROKEN" : "held")}: {rule}\n", run.Error);
        Assert.Empty(run.Output); // stdout belongs to the client
    }

    [Fact]
    public void ARuleThatCannotBeDecidedFails()
    {
        Run("refused").Succeeded();
        var show = Command.Run("show", _folder.Output, "--expect", "server never enters CLOSE_WAIT");
        Assert.Equal(3, show.ExitCode);
        Assert.Contains("\nCANNOT TELL: server never enters CLOSE_WAIT\n", show.Output);
        Assert.Contains("nothing in the recording shows the server's state", show.Output);

        // A truncated recording cannot show that nothing followed.
        var bytes = File.ReadAllBytes(_folder.In("timeline.pcapng"));
        File.WriteAllBytes(_folder.In("timeline.pcapng"), bytes[..^20]);
        Assert.Contains("CANNOT TELL: no retransmissions\n", Command.Run("show", _folder.Output, "--expect", "no retransmissions").Output);
    }

    [Fact]
    public void AnInvalidRuleIsWrongUsage()
    {
        var run = Run("both-close", "--expect", "client close first");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--expect: In the rule 'client close first' at character 8: expected", run.Error);
        Assert.Contains("Did you mean 'closes'?", run.Error);
        Assert.False(Directory.Exists(_folder.Output)); // detected before the recording starts

        var file = Path.Combine(_folder.Path, "rules");
        File.WriteAllText(file, "no resets\n# comment\n\nno restes\n");
        var fromFile = Run("both-close", "--expect-file", file);
        Assert.Equal(1, fromFile.ExitCode);
        Assert.Contains($"--expect-file {file}: Line 4: In the rule 'no restes'", fromFile.Error);
        File.WriteAllText(file, "# nothing yet\n");
        var empty = Run("both-close", "--expect-file", file);
        Assert.Equal(1, empty.ExitCode);
        Assert.Contains("The file holds no rule", empty.Error);
        Assert.Equal(1, Run("both-close", "--expect", "reset", "--junit", "").ExitCode);

        Assert.Equal(1, Run("both-close", "--junit", "x.xml").ExitCode);
        Assert.Equal(1, Command.Run("run", "refused", "exchange", "--expect", "reset", "--junit", "x.xml").ExitCode);
        Run("both-close", "--expect-file", file + ".none").Refused(file + ".none", "cannot be read");
        Assert.False(Directory.Exists(_folder.Output));
    }

    [Fact]
    public void RulesCanBeReadFromAFile()
    {
        var file = Path.Combine(_folder.Path, "rules");
        File.WriteAllText(file, "reset because no-listener # nobody is there\nno connections\n");
        var run = Run("refused", "--expect-file", file, "--expect", "client closes first");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("\nBROKEN: client closes first\n", run.Output);
        Assert.Contains("\nheld: reset because no-listener\nBROKEN: no connections\n  the recording: there was 1 connection\n", run.Output);
    }

    [Fact]
    public void ResultsAreWrittenAsJUnitXml()
    {
        var file = Path.Combine(_folder.Path, "results.xml");
        var run = Run("both-close", "--expect", "no resets", "--expect", "client closes first", "--junit", file);
        Assert.Equal(3, run.ExitCode);
        var suite = Assert.Single(XDocument.Load(file).Root!.Elements());
        Assert.Equal(("both-close", "2", "1"), (suite.Attribute("name")!.Value, suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value));
        Assert.Equal("client closes first: connection 1", suite.Descendants("failure").Single().Parent!.Attribute("name")!.Value);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.partial"));

        var elsewhere = Command.Run("show", _folder.Output, "--expect", "no resets", "--junit", Path.Combine(_folder.Path, "none", "r.xml"));
        elsewhere.Refused("cannot be written", "--junit");
    }

    [Fact]
    public void RulesAreCheckedInTheSandbox()
    {
        var file = Path.Combine(_folder.Path, "rules");
        File.WriteAllText(file, "No Segments # from a file, which may be a pipe: it is read once\nno segments\n");
        var junit = Path.Combine(_folder.Path, "results.xml");
        var run = Run("both-close", "--sandbox", "--expect", "server closes first", "--expect-file", file, "--junit", junit);
        Assert.True(run.ExitCode == 3, run.ToString());
        Assert.Contains("\nheld: server closes first\nBROKEN: no segments\n", run.Output);
        Assert.Equal(2, XDocument.Load(junit).Descendants("testcase").Count());
    }

    [Fact]
    public void JsonHasOneLinePerRule()
    {
        Run("both-close").Succeeded();
        var show = Command.Run("show", _folder.Output, "--json", "--connection", "1", "--expect", "client closes first");
        Assert.Equal(3, show.ExitCode);
        using var line = JsonDocument.Parse(show.OutputLines[^1]);
        Assert.Equal("expectation", line.RootElement.GetProperty("kind").GetString());
        Assert.Equal("broken", line.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(2, line.RootElement.GetProperty("verdicts")[0].GetProperty("events").GetArrayLength());
    }

    private CommandResult Run(string scenario, params string[] more) =>
        Command.Run(["run", scenario, "--port", Ports.Next(), "--output", _folder.Output, .. more]);
}
