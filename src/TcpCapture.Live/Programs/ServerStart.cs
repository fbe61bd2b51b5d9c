using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.States.SockDiag;

namespace TcpCapture.Live.Programs;

/// <summary>
/// Waits until one of the server's processes holds a listener. It does not test with a connect: that would add a connection
/// to the recording, and another process could answer it. The server is the only program that this process has started so far.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ServerStart(RunningProgram server, ushort? port)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private readonly SortedSet<ushort> _others = [];

    /// <summary>Waits for the listeners; returns them and the processes that hold them.</summary>
    public IReadOnlyList<(ListeningSocket Socket, int Process)> Wait(TimeSpan timeout, CancellationToken cancellation)
    {
        var until = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var processes = ProcessTree.Descendants([server.Id]);
            if (Find(processes) is { Count: > 0 } found) return found;
            if (processes.Count == 0 && server.HasEnded)
                throw new ProgramException($"The server {server.Ending} before it listened on {Wanted}: see its output.");
            if (Environment.TickCount64 >= until) throw new ProgramException(NotInTime(timeout), remedy: Remedy.ExtendServerTimeout);
            // A server that moved itself into the background has ended, but its child can still start to listen.
            if (server.HasEnded) cancellation.WaitHandle.WaitOne(PollInterval);
            else server.WaitForEnd(PollInterval);
        }
    }

    private string Wanted => port is { } number ? string.Create(CultureInfo.InvariantCulture, $"port {number}") : "any TCP port";

    private List<(ListeningSocket Socket, int Process)> Find(IReadOnlyList<ProcessEntry> processes)
    {
        var holders = new Dictionary<ulong, int>();
        foreach (var process in processes)
            foreach (var inode in LinuxProcess.SocketInodes(process.Id)) holders.TryAdd(inode, process.Id);
        var found = new List<(ListeningSocket, int)>();
        if (holders.Count == 0) return found;
        foreach (var listener in SockDiagLister.Listeners())
        {
            if (listener.Inode == 0 || !holders.TryGetValue(listener.Inode, out var holder)) continue;
            if (port is null || listener.Local.Port == port) found.Add((listener, holder));
            else _others.Add(listener.Local.Port);
        }

        return found;
    }

    private string NotInTime(TimeSpan timeout)
    {
        var instead = _others.Count == 0 ? "it listens on no TCP port" : $"it listens on {string.Join(", ", _others)} instead";
        return string.Create(CultureInfo.InvariantCulture,
            $"The server did not listen on {Wanted} within {timeout.TotalSeconds:0.###} s ({instead}).");
    }
}
