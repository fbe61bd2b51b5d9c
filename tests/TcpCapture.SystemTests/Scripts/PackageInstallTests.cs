using System.Diagnostics;
using System.Runtime.Versioning;

namespace TcpCapture.SystemTests.Scripts;

/// <summary>
/// samples/quickstart and tests/run install missing packages. Here, libpcap is missing, and stand-ins for ldconfig,
/// apt-get, apt-cache and sudo come first in PATH, so that nothing is installed.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class PackageInstallTests : IDisposable
{
    private readonly DirectoryInfo machine = Directory.CreateTempSubdirectory("tcpcapture-machine");

    public PackageInstallTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The scripts are for Debian and Ubuntu.");
        File.SetUnixFileMode(machine.FullName, (UnixFileMode)0b111_111_111);
        Command("ldconfig", $"[ ! -e {machine}/installed ] || echo 'libpcap.so.0.8 => /usr/lib/libpcap.so.0.8'");
        Command("apt-get", $"echo \"$*\" >> {machine}/apt.log; case \"$*\" in *install*) : > {machine}/installed ;; esac");
        Command("apt-cache", "exit 100");
        Command("sudo", "[ \"$1\" = -n ] && shift; exec \"$@\"");
    }

    public void Dispose() => machine.Delete(recursive: true);

    [Fact]
    public async Task NothingMissingRunsNoApt()
    {
        await File.WriteAllTextAsync(Path.Combine(machine.FullName, "installed"), "");

        (int status, string said) = await Install(asNobody: false);

        Assert.Equal(0, status);
        Assert.Empty(said);
        Assert.False(File.Exists(AptLog));
    }

    [Fact]
    public async Task AMissingPackageIsInstalledAfterUpdatingTheLists()
    {
        (int status, _) = await Install(asNobody: false);

        string[] calls = await File.ReadAllLinesAsync(AptLog);
        Assert.Equal(0, status);
        Assert.Equal(2, calls.Length);
        Assert.EndsWith("update", calls[0], StringComparison.Ordinal);
        Assert.EndsWith("install -y --no-install-recommends libpcap0.8", calls[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheNewerNameOfLibpcapIsUsedWhereItExists()
    {
        Command("apt-cache", "[ \"$2\" = libpcap0.8t64 ]");

        await Install(asNobody: false);

        Assert.EndsWith(" libpcap0.8t64", (await File.ReadAllLinesAsync(AptLog))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailedInstallIsReported()
    {
        Command("apt-get", "echo 'E: no space left'; exit 100");

        (int status, string said) = await Install(asNobody: false);

        Assert.Equal(1, status);
        Assert.Contains("E: no space left", said, StringComparison.Ordinal);
        Assert.Contains("apt-get could not install libpcap0.8", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutRootOrSudoOneLineSaysWhatToRun()
    {
        Assert.SkipUnless(
            Environment.UserName != "root" || File.Exists("/usr/bin/setpriv"), "Becoming another user needs setpriv (util-linux).");
        Command("sudo", "exit 1");

        (int status, string said) = await Install(asNobody: true);

        Assert.Equal(1, status);
        Assert.Equal(
            "Missing: libpcap. Installing needs root: sudo apt-get update && sudo apt-get install -y libpcap0.8\n", said);
        Assert.False(File.Exists(AptLog));
    }

    private string AptLog => Path.Combine(machine.FullName, "apt.log");

    private void Command(string name, string body)
    {
        string path = Path.Combine(machine.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    // The script is passed as text, so that a user without access to the checkout can run it.
    private async Task<(int Status, string Said)> Install(bool asNobody)
    {
        string script = await File.ReadAllTextAsync(Path.Combine(CheckoutRoot(), ".ci", "prepare.sh"));
        string[] command = ["bash", "-c", script + "\ninstall_missing libpcap"];
        if (asNobody && Environment.UserName == "root")
        {
            command = ["setpriv", "--reuid=65534", "--clear-groups", .. command];
        }

        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardError = true,
            WorkingDirectory = machine.FullName,
            Environment = { ["PATH"] = $"{machine.FullName}:/usr/bin:/bin" },
        };
        using Process process = Process.Start(start)!;
        string said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    private static string CheckoutRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "TcpCapture.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException($"No TcpCapture.sln above {AppContext.BaseDirectory}: run from a checkout.");
    }
}
