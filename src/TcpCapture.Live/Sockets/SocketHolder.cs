using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Sockets;

/// <summary>
/// A process (<c>cat</c>) that inherits a socket and can be killed. It reads a pipe from this process, so it also ends when
/// this process ends.
/// </summary>
internal sealed class SocketHolder : IDisposable
{
    // No other process may be started while a socket is inheritable: it would inherit the socket, too.
    private static readonly Lock Inheriting = new();

    private readonly CallLog _log;
    private readonly LoggedSocket _socket;
    private readonly Process _process;

    private SocketHolder(CallLog log, LoggedSocket socket, Process process)
    {
        _log = log;
        _socket = socket;
        _process = process;
        ProcessId = process.Id;
    }

    public int ProcessId { get; }

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
        var begun = _log.Begin(_socket.Side, _socket.Number, "kill", arguments, _socket.Local, _socket.Remote);
        _process.Kill();
        _log.Return(begun, 0, null, null, null);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
