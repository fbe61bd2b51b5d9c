using System.ComponentModel;
using System.Diagnostics;

namespace TcpCapture.Live.Scenarios;

/// <summary>Changes the calling thread's network namespace, which must be private to the run.</summary>
internal sealed class PrivateNamespace
{
    /// <summary>Runs <c>ip</c> (iproute2) with arguments separated by single spaces.</summary>
    public void Ip(string arguments) => Run("ip", arguments);

    /// <summary>Runs <c>tc</c> (iproute2) and returns its output.</summary>
    public string Tc(string arguments) => Run("tc", arguments);

    /// <summary>Changes a setting under /proc/sys/net, such as <c>ipv4/tcp_abort_on_overflow</c>.</summary>
    public void Set(string path, string value)
    {
        try
        {
            File.WriteAllText($"/proc/sys/net/{path}", value);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException($"{path} cannot be set to {value} in the private namespace: {error.Message}", error);
        }
    }

    private static string Run(string command, string arguments)
    {
        try
        {
            var start = new ProcessStartInfo(command, arguments.Split(' ')) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var printed = process.StandardOutput.ReadToEnd(); // short output: neither pipe fills while the other is read
            var trouble = process.StandardError.ReadToEnd().ReplaceLineEndings(" ").Trim();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new ExchangeException($"'{command} {arguments}' failed in the private namespace: {trouble}");
            return printed;
        }
        catch (Win32Exception error)
        {
            throw new ExchangeException($"The command '{command}' is missing: install the package iproute2.", error);
        }
    }
}
