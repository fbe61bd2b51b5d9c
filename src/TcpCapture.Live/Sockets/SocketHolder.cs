using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TcpCapture.Live.Sockets;

/// <summary>
/// A process that holds a socket and does nothing else, so that killing it is what happens to a program that is killed.
/// It is handed the socket as inetd hands one to its servers: by inheritance. It reads a pipe from this process and so
/// ends by itself if this process dies.
/// </summary>
internal sealed partial class SocketHolder : IDisposable
{
    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

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
            SetFlags(handle, 0);
            try
            {
                return new SocketHolder(log, socket, Process.Start(start)!);
            }
            finally
            {
                SetFlags(handle, CloseOnExec);
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

    private static void SetFlags(SafeHandle handle, int flags)
    {
        if (DescriptorControl((int)handle.DangerousGetHandle(), SetDescriptorFlags, flags) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int DescriptorControl(int descriptor, int command, int argument);
}
