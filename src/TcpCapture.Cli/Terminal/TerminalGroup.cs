using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>Whether this process and those it started are what the terminal talks to.</summary>
internal static partial class TerminalGroup
{
    /// <summary>
    /// True if they are: a Ctrl-C has then reached all of them, and passing it on would make it two. Of a signal that somebody
    /// sends to this process alone meanwhile, the same is believed.
    /// </summary>
    public static bool IsInForeground()
    {
        if (OperatingSystem.IsWindows()) return false;
        try
        {
            using var terminal = File.OpenHandle("/dev/tty");
            return GetForeground((int)terminal.DangerousGetHandle()) == GetGroup();
        }
        catch (IOException)
        {
            return false; // there is none
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GetForeground(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int GetGroup();
}
