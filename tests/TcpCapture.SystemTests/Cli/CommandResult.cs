namespace TcpCapture.SystemTests.Cli;

/// <summary>The exit code and the output of a program.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asserts success without any message on stderr.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0 && Error.Length == 0, ToString());
        return this;
    }

    /// <summary>Asserts a failure with exactly one line on stderr that contains these parts.</summary>
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
