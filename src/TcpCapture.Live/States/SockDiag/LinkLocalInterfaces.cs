using System.Globalization;
using System.Runtime.Versioning;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>The interfaces that have an IPv6 link-local address, in the namespace of the calling thread.</summary>
[SupportedOSPlatform("linux")]
internal static class LinkLocalInterfaces
{
    /// <summary>Their indexes; none where the kernel has no IPv6.</summary>
    public static uint[] Read()
    {
        // Not /proc/net: that is the namespace of the process's first thread.
        const string table = "/proc/thread-self/net/if_inet6";
        return File.Exists(table) ? Parse(File.ReadLines(table)) : [];
    }

    /// <summary>Reads lines of address, index, prefix length, scope, flags (all hexadecimal) and name.</summary>
    internal static uint[] Parse(IEnumerable<string> lines)
    {
        var indexes = new SortedSet<uint>();
        foreach (var line in lines)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 4 && fields[3] == "20" &&
                uint.TryParse(fields[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var index))
            {
                indexes.Add(index);
            }
        }

        return [.. indexes];
    }
}
