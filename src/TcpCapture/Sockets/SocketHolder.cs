using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TcpCapture.Sockets;

/// <summary>
/// A process that holds a socket and does nothing else, so that killing it is what happens to a program that is killed.
/// It is handed the socket as inetd hands one to its servers: by inheritance. It reads a pipe from this process and so
/// ends by itself if this process dies.
/// </summary>
internal sealed partial class SocketHolder : IDisposable
{
    private const int SetDescriptorFlags = 2; // F_SETFD

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

        // Without FD_CLOEXEC the descriptor stays open in what this process starts. The runtime closes no others.
        if (DescriptorControl((int)handle.DangerousGetHandle(), SetDescriptorFlags, 0) != 0)
            throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());
        return new SocketHolder(log, socket, Process.Start(start)!);
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

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int DescriptorControl(int descriptor, int command, int argument);
}
