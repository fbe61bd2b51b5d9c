using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.States.SockDiag;

namespace TcpCapture.Live.Programs;

/// <summary>Which processes hold listening sockets, asked of /proc: once for all sockets, since every process is looked into.</summary>
[SupportedOSPlatform("linux")]
internal static class ListenerHolders
{
    /// <summary>
    /// The process that holds each of these, by the socket's inode. One that several hold, as a web server's master and its
    /// workers do, is not in it: which of them will serve a connection is not known beforehand.
    /// </summary>
    public static IReadOnlyDictionary<ulong, int> Only(IReadOnlyCollection<ListeningSocket> listeners)
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
}
