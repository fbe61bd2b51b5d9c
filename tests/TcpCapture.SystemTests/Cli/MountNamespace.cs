namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Runs a shell script in a new mount namespace: only the script and its children see its mounts, which end with them.
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
