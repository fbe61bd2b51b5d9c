namespace TcpCapture.SystemTests.Cli;

/// <summary>Long ladders go through a pager, but only on a terminal (here of script(1)).</summary>
[Collection(CommandCollection.Name)]
public sealed class PagerTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OutputLongerThanTheScreenGoesThroughThePager()
    {
        Record();
        var pager = Script("echo \"PAGED by $1\"; cat");

        Assert.Contains("PAGED by it's;$(id)", Terminal(20, "", ("PAGER", $"{pager} it's;$(id)"))); // no shell is used
        Assert.Contains("PAGED", Terminal(20, "", ("PAGER", pager), ("NO_COLOR", "1")));
    }

    [Theory]
    [InlineData(200, "", "xterm")]
    [InlineData(20, "--no-pager", "xterm")]
    [InlineData(20, "--json", "xterm")]
    [InlineData(20, "", "dumb")]
    public void ShortOutputAndDisabledPagingUseNoPager(int rows, string option, string terminal)
    {
        Record();
        Assert.DoesNotContain("PAGED", Terminal(rows, option, ("PAGER", Script("echo PAGED; cat")), ("TERM", terminal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cat")]
    [InlineData("/nowhere/less -R")]
    [InlineData("/etc/passwd")]
    public void WithoutAPagerTheLadderIsPrinted(string pager)
    {
        Record();
        var direct = Terminal(20, "--no-pager");
        Assert.Equal(direct, Terminal(20, "", ("PAGER", pager)));
        Assert.Contains("SYN_SENT", direct);
    }

    [Fact]
    public void WithoutATerminalThereIsNoPager()
    {
        Record();
        var run = Command.RunProgram([Command.File, "show", _folder.Output], ("PAGER", Script("echo PAGED; cat"))).Succeeded();
        Assert.DoesNotContain("PAGED", run.Output);
    }

    /// <summary>The ladder does not fit into the pipe's buffer, so the command is still writing when the pager is quit.</summary>
    [Fact]
    public void QuittingThePagerEarlyIsNoError()
    {
        Record("--messages", "250");
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(Command.Run("show", _folder.Output).Succeeded().Output), 100_000, int.MaxValue);
        var output = Terminal(20, "", ("PAGER", Script("head -n 1; exec 0<&-; echo QUIT")));
        Assert.EndsWith("QUIT", output.TrimEnd());
        Assert.DoesNotContain("tcpcapture:", output);
    }

    private void Record(params string[] more) =>
        Command.Run(["run", "both-close", "--port", Ports.Next(), "--output", _folder.Output, .. more]).Succeeded();

    private string Script(string body)
    {
        var path = Path.Combine(_folder.Path, "pager");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        Assert.Equal(0, Command.RunProgram(["chmod", "+x", path]).ExitCode);
        return path;
    }

    private string Terminal(int rows, string option, params (string Name, string Value)[] environment)
    {
        var run = Command.RunProgram(
            ["script", "-qec", $"stty cols 100 rows {rows}; exec {Command.File} show {_folder.Output} {option}", Path.Combine(_folder.Path, "typescript")],
            environment);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.Output.Replace("\e[?1h\e=", "", StringComparison.Ordinal); // the runtime sets the terminal's keys
    }
}
