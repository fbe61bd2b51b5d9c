using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>Signals that the terminal and this command send to processes.</summary>
internal static partial class TerminalSignals
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    /// <summary>True if the terminal sent the signal to the programs, too, so that passing it would send it twice.</summary>
    /// <remarks>A Ctrl-C cannot be distinguished from a SIGINT that was sent only to this process.</remarks>
    public static bool HasReachedPrograms(PosixSignal signal) =>
        signal is PosixSignal.SIGINT or PosixSignal.SIGQUIT && IsInForeground();

    /// <summary>Sends SIGINT or SIGTERM.</summary>
    public static void Send(int process, PosixSignal signal) =>
        _ = Kill(process, signal == PosixSignal.SIGINT ? Interrupt : Terminate);

    private static bool IsInForeground()
    {
        if (OperatingSystem.IsWindows()) return false;
        try
        {
            using var terminal = File.OpenHandle("/dev/tty");
            return GetForeground((int)terminal.DangerousGetHandle()) == GetGroup();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // the process has no terminal
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GetForeground(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int GetGroup();
}
