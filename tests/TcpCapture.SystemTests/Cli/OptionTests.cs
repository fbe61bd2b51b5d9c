namespace TcpCapture.SystemTests.Cli;

/// <summary>Options that select another interface, state source or namespace.</summary>
[Collection(CommandCollection.Name)]
public sealed class OptionTests : IDisposable
{
    private static readonly string Expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cli", "Expected", "both-close.txt"));

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheAnyInterfaceCapturesTheSameExchange()
    {
        Assert.Contains("captured on any (", BothClose("-i", "any").Output);
        Assert.Equal(Expected, ReadableTimeline.Of(_folder.Output));
        SegmentsOracle.Agrees(_folder.In("capture.pcap"), CsvFile.Read(_folder.In("timeline.csv")));
    }

    [Theory]
    [InlineData("sampled", "states: sampled, as asked for")]
    [InlineData("portable", "states: portable, as asked for")]
    public void TheSelectedStateSourceIsUsedAndNamed(string source, string said)
    {
        Assert.Contains(said, BothClose("--states", source).Output);
        var states = CsvFile.Read(_folder.In("timeline.csv")).Where(row => row["kind"] == "state").ToArray();
        Assert.Contains(states, row => row["evidence"] == "sampled");
        // The portable source reads no timers, so the ladder contains none.
        Assert.Equal(
            source == "portable" ? Expected.Replace(" (timer: # s left when last looked at)", "", StringComparison.Ordinal) : Expected,
            ReadableTimeline.Of(_folder.Output));
    }

    [Fact]
    public void AnUnavailableStateSourceIsRefused()
    {
        var nobody = new Unprivileged(_folder);
        nobody.Run("run", "both-close", "--port", Ports.Next(), "--output", _folder.Output, "--states", "traced", "--sandbox")
            .Refused("States cannot be traced", "--states sampled");
        Assert.False(Directory.Exists(_folder.Output));
    }

    [Fact]
    public void TheSandboxIsAPrivateNetwork()
    {
        var port = Ports.Next();
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
        other.Start(); // the same port outside the sandbox does not matter
        Command.Run("run", "both-close", "--port", port, "--messages", "2", "--backlog", "1", "--output", _folder.Output, "--sandbox").Succeeded();
        Assert.Equal(Expected, ReadableTimeline.Of(_folder.Output));
    }

    [Fact]
    public void TheSandboxNeedsNoRoot()
    {
        var nobody = new Unprivileged(_folder);
        nobody.Run("run", "both-close", "--port", Ports.Next(), "--messages", "2", "--backlog", "1", "--output", _folder.Output, "--sandbox").Succeeded();
        Assert.Equal(Expected, ReadableTimeline.Of(_folder.Output));
        nobody.Run("show", _folder.Output).Succeeded();
    }

    [Fact]
    public void WithoutRootAndSandboxTheErrorSaysWhatToDo()
    {
        new Unprivileged(_folder).Run("run", "both-close", "--port", Ports.Next(), "--output", _folder.Output)
            .Refused("Cannot capture on lo: no privilege", "root", "setcap cap_net_raw+ep", "--sandbox");
        Assert.False(Directory.Exists(_folder.Output));
    }

    [Fact]
    public void SeveralScenariosHaveAFolderEach()
    {
        var run = Command.Run("run", "refused", "exchange", "--port", Ports.Next(), "--output", _folder.Output).Succeeded();
        Assert.Equal(["exchange", "refused"], _folder.OutputNames);
        Assert.Contains($"Files in {_folder.In("refused")}: ", run.Output);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "no-such-scenario")]
    [InlineData("run", "refused", "--port", "0")]
    [InlineData("run", "refused", "--port", "x")]
    [InlineData("run", "refused", "--address", "localhost.")]
    [InlineData("run", "refused", "--duration", "soon")]
    [InlineData("run", "refused", "--states", "guessed")]
    [InlineData("show")]
    [InlineData("no-such-command")]
    public void WrongUsageEndsWithOne(params string[] arguments)
    {
        var run = Command.Run(arguments);
        Assert.True(run.ExitCode == 1 && run.Error.Length > 0, run.ToString());
    }

    [Theory]
    [InlineData("run", "refused")]
    [InlineData("record", "--port", "1")]
    public void AnUnknownStateSourceIsRefusedInOneLineThatNamesTheOption(params string[] command)
    {
        var run = Command.Run([.. command, "--states", "guessed"]);
        Assert.Equal("--states takes one of auto, traced, sampled, portable, not 'guessed'.", run.Error.Trim());
        Assert.Contains("--states <auto|traced|sampled|portable>", Command.Run(command[0], "--help").Output);
    }

    /// <summary>A duration needs a unit, as documented in README and help.</summary>
    [Theory]
    [InlineData("--duration")]
    [InlineData("--sample-interval")]
    public void ATimeWithoutAUnitIsRefusedAndHelpDoesNotOfferIt(string option)
    {
        var run = Command.Run("run", "refused", option, "5");
        Assert.True(run.ExitCode == 1 && run.Error.StartsWith($"{option} takes a duration such as 500us", StringComparison.Ordinal), run.ToString());
        Assert.DoesNotContain("without a unit", Command.Run("run", "--help").Output);
    }

    private CommandResult BothClose(params string[] more) =>
        Command.Run(["run", "both-close", "--port", Ports.Next(), "--messages", "2", "--backlog", "1", "--output", _folder.Output, .. more]).Succeeded();
}
