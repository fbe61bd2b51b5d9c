namespace TcpCapture.SystemTests.Cli;

/// <summary>Runs a copy of the command as user 65534 (nobody), which can write into the test's folder.</summary>
internal sealed class Unprivileged
{
    private readonly string _file;
    private readonly string _home;

    public Unprivileged(TestFolder folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !File.Exists("/usr/bin/setpriv"), "becoming another user needs setpriv (util-linux)");
        if (!OperatingSystem.IsWindows()) folder.OpenToAll();
        _home = folder.Path;
        var copy = Directory.CreateDirectory(Path.Combine(folder.Path, "build"));
        foreach (var file in Directory.GetFiles(Command.Folder))
        {
            var target = Path.Combine(copy.FullName, Path.GetFileName(file));
            File.Copy(file, target);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(target, (UnixFileMode)0b111_101_101);
        }

        _file = Path.Combine(copy.FullName, "tcpcapture");
        Assert.SkipUnless(Run("run", "--list").ExitCode == 0, "user 65534 cannot run programs here: the .NET runtime is not readable to all");
    }

    public CommandResult Run(params string[] arguments) => Command.RunProgram(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--", _file, .. arguments],
        ("HOME", _home), ("TMPDIR", _home));
}
