namespace TcpCapture.SystemTests.Cli;

/// <summary>ss(8), the oracle for states.</summary>
internal static class Sockets
{
    /// <summary>The sorted states of the sockets with this local (sport) or remote (dport) port.</summary>
    public static string[] States(string side, string port)
    {
        var run = Command.RunProgram(["ss", "-Htan", $"{side} = :{port}"]);
        Assert.True(run.ExitCode == 0, run.ToString());
        return [.. run.OutputLines.Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal)];
    }
}
