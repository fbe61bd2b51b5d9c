using System.Buffers.Text;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace TcpCapture.States.Linux;

/// <summary>What /proc tells of processes and the sockets they hold. A process may end at any moment: it then has none.</summary>
[SupportedOSPlatform("linux")]
internal static class ProcessDescriptors
{
    private const int LongestName = 64; // the kernel's are 15 bytes, those of its own threads somewhat longer

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
    public static List<ulong> SocketInodes(int process)
    {
        var inodes = new List<ulong>();
        var directory = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}/fd";
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(directory))
            {
                if (TryReadSocketInode(path, out var inode)) inodes.Add(inode);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Ended while it was read, or not ours to read: what was read so far is all there is.
            return inodes;
        }

        return inodes;
    }

    /// <summary>The process's own name for itself; null if it has ended.</summary>
    public static string? NameOf(int process)
    {
        try
        {
            using var file = File.OpenHandle($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/comm");
            Span<byte> bytes = stackalloc byte[LongestName];
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

    private static unsafe bool TryReadSocketInode(string path, out ulong inode)
    {
        Span<byte> name = stackalloc byte[64];
        Span<byte> link = stackalloc byte[64];
        inode = 0;
        if (!Encoding.UTF8.TryGetBytes(path, name[..^1], out var length)) return false;
        name[length] = 0;
        fixed (byte* namePointer = name, linkPointer = link)
        {
            var read = Libc.readlink(namePointer, linkPointer, link.Length);
            return read > 0 && TryParseSocketLink(link[..(int)read], out inode);
        }
    }
}
