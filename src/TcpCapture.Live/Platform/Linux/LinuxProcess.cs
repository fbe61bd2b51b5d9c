using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Unicode;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>Reads processes, their names and their sockets from /proc. A process that has ended has no name and no sockets.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxProcess
{
    private const int MaxPath = 64; // of /proc/N/fd/N, and of a socket link
    private const int MaxName = 64; // 15 bytes for a process, more for a kernel thread

    /// <summary>The numbers of all visible processes, in ascending order.</summary>
    public static IEnumerable<int> All()
    {
        var numbers = new List<int>();
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) numbers.Add(number);
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>Inodes of the sockets that a process holds; empty if it has ended or belongs to another user.</summary>
    /// <remarks>readlink(2), because .NET's enumeration follows every link and hangs if a file is on an unreachable server.</remarks>
    public static unsafe List<ulong> SocketInodes(int process)
    {
        var inodes = new List<ulong>();
        Span<byte> path = stackalloc byte[MaxPath];
        if (!Utf8.TryWrite(path, CultureInfo.InvariantCulture, $"/proc/{process}/fd/", out var length)) return inodes;
        path[length] = 0;
        Span<byte> link = stackalloc byte[MaxPath];
        fixed (byte* pathPointer = path, linkPointer = link)
        {
            var directory = Libc.opendir(pathPointer);
            if (directory == 0) return inodes;
            for (var entry = Libc.readdir(directory); entry != null; entry = Libc.readdir(directory))
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + Libc.DirectoryEntryName);
                if (!name.TryCopyTo(path[length..^1])) continue;
                path[length + name.Length] = 0;
                var read = Libc.readlink(pathPointer, linkPointer, link.Length);
                if (read > 0 && TryParseSocketLink(link[..(int)read], out var inode)) inodes.Add(inode);
            }

            _ = Libc.closedir(directory);
        }

        return inodes;
    }

    /// <summary>The name of a process; null if it has ended.</summary>
    public static string? NameOf(int process)
    {
        try
        {
            using var file = File.OpenHandle($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/comm");
            Span<byte> bytes = stackalloc byte[MaxName];
            bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
            return Encoding.UTF8.GetString(bytes.TrimEnd((byte)'\n'));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Makes orphaned descendants children of this process instead of init, so that they can be found.</summary>
    public static void AdoptOrphans() => _ = Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    public static unsafe void Reap(int process) => _ = Libc.waitpid(process, null, Libc.WNOHANG);
    public static bool IsExecutable(string path) => Libc.access(path, Libc.X_OK) == 0;

    /// <summary>Parses the target of a socket's link, such as <c>socket:[4711]</c>.</summary>
    internal static bool TryParseSocketLink(ReadOnlySpan<byte> link, out ulong inode)
    {
        inode = 0;
        return link.StartsWith("socket:["u8) && link.EndsWith("]"u8)
            && Utf8Parser.TryParse(link[8..^1], out inode, out var used) && used == link.Length - 9;
    }
}

/// <summary>Priority and CPU time of the calling thread.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxThread
{
    public const int BeforePrograms = -10; // for a thread that reads a kernel buffer: data that is not read in time is lost
    public const int AfterPrograms = 10; // for work that can wait

    public static long CpuNanoseconds() => Libc.ReadClock(Libc.CLOCK_THREAD_CPUTIME_ID);

    /// <summary>Sets the niceness of the calling thread; without the privilege to lower it, nothing changes.</summary>
    /// <remarks>On Linux each thread has its own niceness, and 0 stands for the calling thread.</remarks>
    public static void SetNiceness(int niceness) => _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, niceness);
}
