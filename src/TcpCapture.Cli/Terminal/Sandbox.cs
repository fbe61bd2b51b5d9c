using System.ComponentModel;
using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>A private network namespace, in which this command runs itself again with <c>unshare</c>.</summary>
/// <remarks>Without root, a user namespace is created too, in which the user is root of that network only.</remarks>
internal static class Sandbox
{
    private const string Variable = "TCPCAPTURE_OUTSIDE"; // holds the outer namespace, for the inner process
    private const string OwnNamespace = "/proc/self/ns/net";

    /// <summary>True in the inner process.</summary>
    /// <remarks>The variable is not sufficient: scenarios change routes, so the namespace must be different and new.</remarks>
    public static bool IsInside =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } outside
        && outside != Identity()
        && NetworkInterface.GetAllNetworkInterfaces().All(i => i.NetworkInterfaceType == NetworkInterfaceType.Loopback);

    private static string[] UnshareArguments => Environment.IsPrivilegedProcess
        ? ["--net"]
        : ["--user", "--map-root-user", "--net"];

    /// <summary>In the inner process: brings the loopback interface up and removes the variable from the environment.</summary>
    /// <exception cref="SandboxException">The interface does not come up.</exception>
    public static void Enter()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        try
        {
            if (FailureOf("ip", "link", "set", "lo", "up") is { } error)
                throw new SandboxException($"--sandbox does not work here: the loopback interface does not come up ({error}).");
        }
        catch (Win32Exception cause)
        {
            throw new SandboxException("--sandbox does not work here: the command 'ip' is missing. Install the package iproute2.", cause);
        }
    }

    /// <summary>Returns null if a private namespace is available; else the reason and what to do.</summary>
    public static string? Probe()
    {
        if (!OperatingSystem.IsLinux()) return "private namespaces need Linux";
        try
        {
            return FailureOf("unshare", [.. UnshareArguments, "--", "true"]) is not { } error
                ? null
                : $"the system refused a private namespace ({error}): allow it with 'sysctl kernel.unprivileged_userns_clone=1' "
                    + "(Ubuntu 24.04: kernel.apparmor_restrict_unprivileged_userns=0), or run as root";
        }
        catch (Win32Exception)
        {
            return "the command 'unshare' is missing: install util-linux";
        }
    }

    /// <summary>Runs this command again inside a private namespace and returns its exit code.</summary>
    /// <exception cref="SandboxException">No private namespace is available.</exception>
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

    /// <summary>Runs a program; returns what it printed on stderr if it failed, else null.</summary>
    /// <exception cref="Win32Exception">The program is missing.</exception>
    private static string? FailureOf(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : error;
    }

    /// <summary>Passes a signal to the inner process, unless the terminal has sent it to both processes.</summary>
    private static PosixSignalRegistration Forward(PosixSignal signal, Process process) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (!TerminalSignals.HasReachedPrograms(signal)) TerminalSignals.Send(process.Id, signal);
        });

    /// <summary>This program: its own host, or <c>dotnet</c> with the assembly.</summary>
    private static string[] Self()
    {
        var host = Environment.ProcessPath
            ?? throw new SandboxException("--sandbox does not work here: the path of this program is unknown.");
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, Environment.GetCommandLineArgs()[0]] : [host];
    }

    private static string Identity() => new FileInfo(OwnNamespace).LinkTarget ?? "";
}

internal sealed class SandboxException(string message, Exception? inner = null) : Exception(message, inner);
