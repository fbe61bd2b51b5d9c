using System.Globalization;
using System.Runtime.Versioning;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>The interfaces with an IPv6 link-local address in the calling thread's network namespace.</summary>
[SupportedOSPlatform("linux")]
internal static class LinkLocalInterfaces
{
    /// <summary>Returns the interface indexes; none if the kernel has no IPv6.</summary>
    public static uint[] Read()
    {
        // /proc/net would show the namespace of the process's first thread.
        const string table = "/proc/thread-self/net/if_inet6";
        return File.Exists(table) ? Parse(File.ReadLines(table)) : [];
    }

    /// <summary>Parses lines of address, index, prefix length, scope, flags (all hexadecimal) and name.</summary>
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
