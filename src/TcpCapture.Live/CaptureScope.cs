using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>The traffic to observe.</summary>
public sealed record CaptureScope
{
    /// <summary>Maximum number of characters kept of a command.</summary>
    public const int MaxCommandLength = 1000;

    /// <summary>TCP ports; at least one end must have one of them. Empty: every port.</summary>
    public IReadOnlyList<ushort> Ports { get; init; } = [];

    /// <summary>
    /// The server's address, if known in advance: only segments of its host are captured (with the wildcard address, of all hosts),
    /// and a listener of this host is sampled. Null if unknown, or if there are several servers.
    /// </summary>
    public Endpoint? Server { get; init; }

    /// <summary>A title for people, such as the name of a scenario or a command. May be empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>
    /// The commands of the observed programs as typed, the client's first; empty if unknown.
    /// Each is cut at <see cref="MaxCommandLength"/>.
    /// </summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>The traffic of one server.</summary>
    /// <param name="server">Its address; the wildcard address for all hosts.</param>
    /// <param name="title">A title for people.</param>
    public static CaptureScope Of(Endpoint server, string title = "") => new() { Ports = [server.Port], Server = server, Title = title };

    /// <summary>All traffic to or from a port: the scope of most tests.</summary>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="title">A title for people.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    public static CaptureScope OfPort(int port, string title = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return new() { Ports = [(ushort)port], Title = title };
    }

    /// <summary>The scope as a BPF expression: its segments, and the ICMP errors that quote a segment of its ports.</summary>
    /// <param name="narrower">A further condition for both; null or blank for none.</param>
    public string ToFilter(string? narrower = null)
    {
        var own = Ports.Count == 0 ? "tcp" : "tcp port " + string.Join(" or tcp port ", Ports);
        if (Ports.Count > 1) own = $"({own})";
        if (Server is { IsAnyAddress: false } server) own += $" and host {server.ToIPAddress()}";
        own = IcmpFilter.With(own, Ports); // "and" and "or" bind alike in BPF, from left to right
        return string.IsNullOrWhiteSpace(narrower) ? own : $"({own}) and ({narrower})";
    }
}
