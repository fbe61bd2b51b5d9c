using System.Globalization;

namespace TcpCapture.Model;

/// <summary>The BPF expression for ICMP errors about TCP segments, which a live capture lets through next to the segments.</summary>
// The offsets count from the ICMP header: 17 is the quoted protocol, 28 and 30 are the quoted ports if the quoted IPv4 header has
// no options. For IPv6 they count from the IP header: libpcap before 1.10 knows no icmp6[].
internal static class IcmpFilter
{
    private const string Begin = " or ((icmp[17] = 6 and ";

    /// <summary>Adds to <paramref name="segments"/> the errors that quote a segment of one of these ports; none for all ports.</summary>
    public static string With(string segments, IReadOnlyList<ushort> ports)
    {
        var v4 = "(icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 11 or icmp[0] = 12)" + Ports("icmp[28:2]", "icmp[30:2]", ports);
        var v6 = "ip6[6] = 58 and ip6[54] = 6 and ip6[40] > 0 and ip6[40] < 5" + Ports("ip6[88:2]", "ip6[90:2]", ports);
        return $"{segments}{Begin}{v4}) or ({v6}))";
    }

    /// <summary>The filter for people: <c>tcp port 80 and ICMP errors about it</c>.</summary>
    public static string Shown(string filter)
    {
        var segments = Without(filter);
        return segments == filter ? filter : segments + " and ICMP errors about it";
    }

    /// <summary>The filter without the errors' part.</summary>
    public static string Without(string filter)
    {
        var begin = filter.IndexOf(Begin, StringComparison.Ordinal);
        if (begin < 0) return filter;
        var depth = 0;
        for (var i = begin; i < filter.Length; i++)
        {
            if (filter[i] == '(') depth++;
            if (filter[i] == ')' && --depth == 0) return filter[..begin] + filter[(i + 1)..];
        }

        return filter;
    }

    private static string Ports(string source, string destination, IReadOnlyList<ushort> ports)
    {
        if (ports.Count == 0) return "";
        var either = ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"{source} = {port} or {destination} = {port}"));
        return $" and ({string.Join(" or ", either)})";
    }
}
