using System.ComponentModel;
using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>
/// A private network namespace: this command runs itself again inside one, by <c>unshare</c>. Root gets a network
/// namespace; anybody else a user namespace with it, in which they are root of that network and of nothing else.
/// </summary>
internal static class Sandbox
{
    /// <summary>Tells the inner process which namespace it came from.</summary>
    private const string Variable = "TCPCAPTURE_OUTSIDE";

    private const string OwnNamespace = "/proc/self/ns/net";

    /// <summary>
    /// True in the inner process. The variable alone is not believed: the namespace must differ from the one outside and be
    /// as empty as a new one is, for a scenario will change routes and settings in it.
    /// </summary>
    public static bool IsInside =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } outside
        && outside != Identity()
        && NetworkInterface.GetAllNetworkInterfaces().All(i => i.NetworkInterfaceType == NetworkInterfaceType.Loopback);

    private static string[] UnshareArguments => Environment.IsPrivilegedProcess
        ? ["--net"]
        : ["--user", "--map-root-user", "--net"];

    /// <summary>
    /// In the inner process: makes the namespace's loopback interface work, for programs that will not do so themselves, and
    /// takes out of the environment what only this command needs.
    /// </summary>
    /// <exception cref="SandboxException">It does not come up.</exception>
    public static void Enter()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", ["link", "set", "lo", "up"]) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new SandboxException($"--sandbox does not work here: its loopback interface does not come up ({error}).");
        }
        catch (Win32Exception cause)
        {
            throw new SandboxException("--sandbox does not work here: the command 'ip' is missing, install the package iproute2.", cause);
        }
    }

    /// <summary>Null if a private namespace can be had here; else one line saying why not and what to do.</summary>
    public static string? Probe()
    {
        if (!OperatingSystem.IsLinux()) return "private namespaces need Linux";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", [.. UnshareArguments, "--", "true"])
            {
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0
                ? null
                : $"a private namespace was refused ({error}): allow it with 'sysctl kernel.unprivileged_userns_clone=1' "
                + "(Ubuntu 24.04: kernel.apparmor_restrict_unprivileged_userns=0), or run as root";
        }
        catch (Win32Exception)
        {
            return "the 'unshare' command is missing: install util-linux";
        }
    }

    /// <summary>Runs this command again inside a private namespace and returns its exit code.</summary>
    /// <exception cref="SandboxException">There is none to be had.</exception>
    public static int Run(IEnumerable<string> arguments)
    {
        if (Probe() is { } reason) throw new SandboxException($"--sandbox does not work here: {reason}.");
        var start = new ProcessStartInfo("unshare", [.. UnshareArguments, "--", .. Self(), .. arguments]);
        start.Environment[Variable] = Identity();
        using var process = Process.Start(start)!;
        using var interrupt = Forward(PosixSignal.SIGINT, process);
        using var terminate = Forward(PosixSignal.SIGTERM, process);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>
    /// The inner process ends by itself when it is asked to; this one waits for it, so that its files are whole. A Ctrl-C has
    /// reached it already, and a second one means more.
    /// </summary>
    private static PosixSignalRegistration Forward(PosixSignal signal, Process process) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (!TerminalSignals.HasReachedPrograms(signal)) TerminalSignals.Send(process.Id, signal);
        });

    /// <summary>How this program was started: by its own host, or by <c>dotnet</c> with the assembly as first argument.</summary>
    private static string[] Self()
    {
        var host = Environment.ProcessPath ?? throw new SandboxException("--sandbox does not work here: the path of this program is unknown.");
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, Environment.GetCommandLineArgs()[0]] : [host];
    }

    private static string Identity() => new FileInfo(OwnNamespace).LinkTarget ?? "";
}
