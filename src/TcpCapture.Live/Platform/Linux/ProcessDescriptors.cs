using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Unicode;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>
/// What /proc tells of processes and the sockets they hold. A process may end at any moment: it then has none.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ProcessDescriptors
{
    private const int MaxPath = 64; // of /proc/N/fd/N, and of what is worth reading of its target
    private const int MaxName = 64; // the kernel's are 15 bytes, those of its own threads somewhat longer

    /// <summary>All processes to be seen, by number.</summary>
    public static IEnumerable<int> Processes()
    {
        var numbers = new List<int>();
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>Inodes of the sockets that a process holds; none if it has ended, or is someone else's.</summary>
    /// <remarks>
    /// Not by .NET's enumeration: that asks for the target of every link, which hangs where a process has a file open
    /// on a file server that is gone. Reading the link itself asks nobody.
    /// </remarks>
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

    /// <summary>The process's own name for itself; null if it has ended.</summary>
    public static string? NameOf(int process)
    {
        try
        {
            using var file = File.OpenHandle($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/comm");
            Span<byte> bytes = stackalloc byte[MaxName];
            bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
            return Encoding.UTF8.GetString(bytes.TrimEnd((byte)'\n'));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads what a descriptor's link says of a socket: <c>socket:[4711]</c>.</summary>
    internal static bool TryParseSocketLink(ReadOnlySpan<byte> link, out ulong inode)
    {
        inode = 0;
        return link.StartsWith("socket:["u8) && link.EndsWith("]"u8)
            && Utf8Parser.TryParse(link[8..^1], out inode, out var used) && used == link.Length - 9;
    }
}
