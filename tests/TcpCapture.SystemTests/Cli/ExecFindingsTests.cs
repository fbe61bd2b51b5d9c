using System.Globalization;
using System.Text.RegularExpressions;

namespace TcpCapture.SystemTests.Cli;

/// <summary>exec prints its findings on stderr, after the program's output.</summary>
[Collection(CommandCollection.Name)]
public sealed class ExecFindingsTests : IDisposable
{
    private const string Connect = "import socket, sys\nfor i in range(int(sys.argv[2])): print(socket.socket().connect_ex(('127.0.0.1', int(sys.argv[1]))))";

    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public ExecFindingsTests() => ObservedPrograms.SkipUnlessInstalled("python3");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FindingsFollowTheirNumberOnStderr()
    {
        var run = Exec(1);
        Assert.Equal("111\n", run.Output); // ECONNREFUSED
        var lines = run.Error.Split('\n');
        Assert.InRange(Said(run), 1, 2);
        Assert.Equal("tcpcapture: 1 of 1 connection failed (1 no-listener).", lines[0]);
        Assert.Matches(@"^• connection 1, event \d+: Nobody listens on 127\.0\.0\.", lines[2]);
        Assert.All(lines, line => Assert.True(line.Length <= 100 || line.StartsWith("tcpcapture: ", StringComparison.Ordinal), line));
        Assert.Contains($"obody listens on 127.0.0.1:{_port}", run.Error);
    }

    [Fact]
    public void ManyAlikeAreOneFindingThatNamesTheFirstTen()
    {
        var run = Exec(13);
        Assert.StartsWith("tcpcapture: 13 of 13 connections failed (13 no-listener).\n", run.Error);
        Assert.InRange(Said(run), 1, 2);
        Assert.InRange(Count(run.Error, "\n• "), 1, 2);
        Assert.Contains(" 13 connections", run.Error);
        Assert.Contains("connections 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 …", run.Error.Replace("\n  ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void FindingsInTheLadderAreNotPrintedAgain()
    {
        var run = Exec(2, "--ladder");
        Assert.InRange(Said(run), 2, 3);
        Assert.Equal((Said(run), 0), (Count(run.Output, "\n• "), Count(run.Error, "• ")));
    }

    /// <summary>The reported number of findings. A busy machine has one more, about late samples.</summary>
    private static int Said(CommandResult run) => int.Parse(Regex.Match(run.Error, @", (\d+) findings?\.\n").Groups[1].Value, CultureInfo.InvariantCulture);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private CommandResult Exec(int connections, params string[] more) => Command.Run(
        ["exec", "--port", _port, "--output", _folder.Output, .. more, "--", "python3", "-c", Connect, _port, $"{connections}"]);
}
