using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>The program that shows long output page by page: <c>$PAGER</c>, or less.</summary>
/// <remarks>
/// <c>$PAGER</c> is a program and its arguments, separated by blanks; it is started as it is, by no shell. What is shown goes
/// to its standard input and nowhere else.
/// </remarks>
internal sealed class Pager : IDisposable
{
    private readonly Process _process;
    private readonly PosixSignalRegistration _interrupt;

    private Pager(Process process)
    {
        _process = process;

        // Ctrl-C goes to both; what it means is the pager's to decide (less stops a search), and the terminal is its own until it ends.
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
    }

    /// <summary>Where to write.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>The program and its arguments; null if nobody wants one.</summary>
    public static string[]? Wanted()
    {
        if (Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb") return null;
        var words = (Environment.GetEnvironmentVariable("PAGER") ?? "less").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is [] or ["cat"] ? null : words;
    }

    /// <summary>Starts it; null if it cannot be started, in which case nothing is paged.</summary>
    public static Pager? Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, UseShellExecute = false };

        // As git sets them: quit if it fits after all, let colours through, leave the text on the screen.
        start.Environment.TryAdd("LESS", "FRX");
        start.Environment.TryAdd("LESSCHARSET", "utf-8");
        try
        {
            return Process.Start(start) is { } process ? new Pager(process) : null;
        }
        catch (Win32Exception)
        {
            return null; // not installed: the output is worth more than its pages
        }
    }

    /// <summary>Tells it that there is no more, and waits until its reader has seen enough.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // It has gone already, with nothing left unread that mattered to its reader.
        }

        _process.WaitForExit();
        _interrupt.Dispose();
        _process.Dispose();
    }
}
