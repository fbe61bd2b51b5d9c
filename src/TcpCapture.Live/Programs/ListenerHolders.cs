using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>Finds the processes that hold listening sockets in /proc, for all sockets in one pass over all processes.</summary>
[SupportedOSPlatform("linux")]
internal static class ListenerHolders
{
    /// <summary>Finds the process that holds each listener, by inode. Listeners of several processes are left out.</summary>
    /// <remarks>A web server's master and workers share a listener; which of them will accept a connection is unknown.</remarks>
    public static IReadOnlyDictionary<ulong, int> FindOnly(IReadOnlyCollection<ListeningSocket> listeners)
    {
        var holders = new Dictionary<ulong, int>();
        if (listeners.Count == 0) return holders;
        var inodes = listeners.Select(listener => listener.Inode).Where(inode => inode != 0).ToHashSet();
        var shared = new HashSet<ulong>();
        foreach (var process in LinuxProcess.All())
        {
            foreach (var inode in LinuxProcess.SocketInodes(process).Where(inodes.Contains))
                if (!holders.TryAdd(inode, process) && holders[inode] != process) shared.Add(inode);
        }

        foreach (var inode in shared) holders.Remove(inode);
        return holders;
    }

    /// <summary>The error for a listener on the port that a server is to listen on.</summary>
    public static ProgramException Taken(ListeningSocket listener)
    {
        var who = LinuxProcess.All().FirstOrDefault(process => LinuxProcess.SocketInodes(process).Contains(listener.Inode));
        var name = who == 0 ? "another process" : string.Create(CultureInfo.InvariantCulture, $"{LinuxProcess.NameOf(who)} ({who})");
        return new ProgramException($"{name} already listens on {listener.Local}.", remedy: Remedy.OmitServer);
    }

    /// <summary>Adds the listeners that exist already: the client may talk to one of them.</summary>
    public static void AddOthers(ConnectionOwners owners, ListeningSocket[] before)
    {
        var holders = FindOnly(before);
        foreach (var listener in before)
        {
            var holder = holders.GetValueOrDefault(listener.Inode);
            var name = holder == 0 ? null : LinuxProcess.NameOf(holder);
            owners.AddListener(listener.Local, new Timestamp(long.MinValue), holder, name, isOurs: false);
        }
    }
}
