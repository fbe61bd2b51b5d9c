namespace TcpCapture.SystemTests.Cli;

/// <summary>What a program left when it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>It did what it was asked to and had nothing to complain of.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0 && Error.Length == 0, ToString());
        return this;
    }

    /// <summary>It could not do it, and says so in exactly one line for people.</summary>
    /// <param name="parts">What the line must say.</param>
    public CommandResult Refused(params string[] parts)
    {
        Assert.True(ExitCode == 2, ToString());
        Assert.Equal(1, Error.Count(character => character == '\n'));
        Assert.StartsWith("tcpcapture: ", Error);
        Assert.EndsWith(".\n", Error);
        Assert.DoesNotContain("Exception", Error);
        Assert.DoesNotContain("   at ", Error);
        foreach (var part in parts) Assert.Contains(part, Error);
        return this;
    }

    public override string ToString() => $"exit code {ExitCode}\nstdout: {Output}\nstderr: {Error}";
}
