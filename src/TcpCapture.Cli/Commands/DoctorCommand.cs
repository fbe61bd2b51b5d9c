using System.CommandLine;
using System.Runtime.InteropServices;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Live;

namespace TcpCapture.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = ObservationArguments.Json();
        var command = new Command("doctor", "Lists what works on this machine, and how to enable what does not.") { json };
        command.SetAction(parsed => Failures.Guard(() =>
        {
            var checks = Examine().ToArray();
            if (parsed.GetValue(json)) PrintJson(checks);
            else PrintTable(checks);
            return ExitCode.Done;
        }));
        return command;
    }

    private static IEnumerable<Check> Examine()
    {
        yield return new Check("system", true, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        yield return new Check("privilege", true, Environment.IsPrivilegedProcess ? "root" : "no root");
        if (CaptureInterface.LibraryVersion is { } version)
        {
            yield return new Check("libpcap", true, version);
            var failure = CaptureInterface.Probe(CaptureInterface.Loopback);
            var found = failure is null ? $"works on {CaptureInterface.Loopback}" : Failures.Describe(failure);
            yield return new Check("capture", failure is null, found);
        }
        else
        {
            yield return new Check("libpcap", false, "missing: apt-get install libpcap0.8 (libpcap0.8t64 on newer systems)");
            yield return new Check("capture", false, "needs libpcap");
        }

        yield return States(StateSourceChoice.Traced,
            "the kernel reports changes to the nanosecond (tracefs), and samples show what the trace leaves out (sock_diag)");
        yield return States(StateSourceChoice.Sampled,
            "the kernel reports the exact state of each socket (sock_diag), request sockets and mini-sockets included");
        yield return States(StateSourceChoice.Portable,
            "the system's connection table can be read; it shows no timers, no queues and no owners");

        var sandbox = Sandbox.Probe();
        yield return new Check("sandbox", sandbox is null, sandbox ?? "private network namespaces are available");
        var ip = FindOnPath("ip");
        yield return new Check("ip command", ip is not null, ip ?? "missing: apt-get install iproute2 (needed for private namespaces)");
    }

    private static Check States(StateSourceChoice source, string whatItGives)
    {
        var failure = CaptureSessionOptions.ProbeStates(source);
        var found = failure switch
        {
            null => whatItGives,
            { Remedy: Remedy.None } => failure.Message,
            _ => $"{failure.Message}. {Failures.Words(failure.Remedy)}",
        };
        return new Check($"states: {source.ToString().ToLowerInvariant()}", failure is null, found);
    }

    private static string? FindOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static void PrintTable(Check[] checks)
    {
        var width = checks.Max(c => c.What.Length);
        foreach (var check in checks)
            Console.WriteLine($"{(check.IsAvailable ? "yes" : "no ")}  {check.What.PadRight(width)}  {check.Detail}");
    }

    private static void PrintJson(Check[] checks) => Screen.WriteJson(checks, (json, check) =>
    {
        json.WriteString("what", check.What);
        json.WriteBoolean("available", check.IsAvailable);
        json.WriteString("detail", check.Detail);
    });

    private sealed record Check(string What, bool IsAvailable, string Detail);
}
