using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>The pager: <c>$PAGER</c> (a program and its arguments, without a shell), or less.</summary>
internal sealed class Pager : IDisposable
{
    private readonly Process _process;
    private readonly PosixSignalRegistration _interrupt;

    private Pager(Process process)
    {
        _process = process;

        // Ctrl-C reaches both processes; only the pager handles it (less stops a search).
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
    }

    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>The program and its arguments; null if paging is off.</summary>
    public static string[]? Wanted()
    {
        if (Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb") return null;
        var words = (Environment.GetEnvironmentVariable("PAGER") ?? "less").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is [] or ["cat"] ? null : words;
    }

    /// <summary>Starts the pager; null if it cannot be started.</summary>
    public static Pager? Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, UseShellExecute = false };

        // Like git: quit if the text fits, show colours, leave the text on the screen.
        start.Environment.TryAdd("LESS", "FRX");
        start.Environment.TryAdd("LESSCHARSET", "utf-8");
        try
        {
            return Process.Start(start) is { } process ? new Pager(process) : null;
        }
        catch (Win32Exception)
        {
            return null; // not installed
        }
    }

    /// <summary>Ends the pager's input and waits until it is quit.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // The pager was quit already.
        }

        _process.WaitForExit();
        _interrupt.Dispose();
        _process.Dispose();
    }
}
