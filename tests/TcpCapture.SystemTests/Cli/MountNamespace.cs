namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Runs a shell script in a mount namespace of its own: what it mounts is seen by it and its children only, and goes with
/// them.
/// </summary>
internal static class MountNamespace
{
    /// <param name="script">The script; <c>$0</c> is the command.</param>
    /// <param name="arguments">Its <c>$1</c>, <c>$2</c> …</param>
    public static CommandResult Run(string script, params string[] arguments)
    {
        Scenarios.Requirements.SkipUnlessRoot();
        Assert.SkipUnless(File.Exists("/usr/bin/unshare"), "a mount namespace needs unshare (util-linux)");
        return Command.RunProgram(["unshare", "--mount", "--", "sh", "-c", script, Command.File, .. arguments]);
    }
}
