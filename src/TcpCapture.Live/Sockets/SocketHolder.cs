using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Sockets;

/// <summary>
/// A process (<c>cat</c>) that inherits a socket and can be killed. It reads a pipe from this process, so it also ends when
/// this process ends.
/// </summary>
internal sealed class SocketHolder(CallLog log, LoggedSocket socket, Process process) : IDisposable
{
    // No other process may be started while a socket is inheritable: it would inherit the socket, too.
    private static readonly Lock Inheriting = new();

    public int ProcessId { get; } = process.Id;

    /// <summary>Starts the process; the caller closes its own copy of the socket.</summary>
    public static SocketHolder Start(CallLog log, LoggedSocket socket, SafeHandle handle)
    {
        var start = new ProcessStartInfo("cat")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        lock (Inheriting)
        {
            // Without FD_CLOEXEC, the started process inherits the descriptor: the runtime does not close descriptors.
            DescriptorFlags.SetInheritable((int)handle.DangerousGetHandle(), true);
            try
            {
                return new SocketHolder(log, socket, Process.Start(start)!);
            }
            finally
            {
                DescriptorFlags.SetInheritable((int)handle.DangerousGetHandle(), false);
            }
        }
    }

    /// <summary>Kills the process with SIGKILL, logs it, and waits for the end.</summary>
    public void Kill()
    {
        var arguments = string.Create(CultureInfo.InvariantCulture, $"{ProcessId}, SIGKILL");
        var begun = log.Begin(socket.Side, socket.Number, "kill", arguments, socket.Local, socket.Remote);
        process.Kill();
        log.Return(begun, 0, null, null, null);
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }
}
