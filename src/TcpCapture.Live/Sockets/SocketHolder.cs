using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Sockets;

/// <summary>
/// A process that holds a socket and does nothing else, so that killing it is what happens to a program that is killed.
/// It is handed the socket as inetd hands one to its servers: by inheritance. It reads a pipe from this process and so
/// ends by itself if this process dies.
/// </summary>
internal sealed class SocketHolder : IDisposable
{
    // While one socket may be inherited no other process is started from here: it would inherit that socket too.
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

    /// <summary>The process.</summary>
    public int ProcessId { get; }

    /// <summary>Starts the process. The caller closes its own copy of the socket.</summary>
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
            // Without FD_CLOEXEC the descriptor stays open in what this process starts. The runtime closes no others.
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

    /// <summary>Kills the process with SIGKILL, which is logged, and waits until it is gone.</summary>
    public void Kill()
    {
        var arguments = string.Create(CultureInfo.InvariantCulture, $"{ProcessId}, SIGKILL");
        var begun = _log.Begin(_socket.Side, _socket.Number, "kill", arguments, _socket.Local, _socket.Remote);
        _process.Kill();
        _log.Return(begun, 0, null, null, null);
        _process.WaitForExit();
    }

    /// <summary>Kills the process if it still lives, without logging it.</summary>
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
