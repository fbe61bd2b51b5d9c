using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>Whose traffic is observed.</summary>
public sealed record CaptureScope
{
    /// <summary>Most characters of a command that are kept.</summary>
    public const int LongestCommand = 1000;

    /// <summary>TCP ports, of which one of the ends must have one; empty: every port.</summary>
    public IReadOnlyList<ushort> Ports { get; init; } = [];

    /// <summary>
    /// The server's address where it is known beforehand: only segments of its host are captured (all hosts' with the wildcard
    /// address), and its listener is watched if it is this host's. Null if there is not one such server.
    /// </summary>
    public Endpoint? Server { get; init; }

    /// <summary>What is being recorded, for people: a scenario's name, a command. May be empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>
    /// The commands of the programs whose traffic it is, as one would type them, the client's first; empty if they are not known.
    /// Each is cut at <see cref="LongestCommand"/>.
    /// </summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>The traffic of one server.</summary>
    /// <param name="server">Its address; the wildcard address for every host's on this port.</param>
    /// <param name="title">What is being recorded.</param>
    public static CaptureScope Of(Endpoint server, string title = "") => new() { Ports = [server.Port], Server = server, Title = title };

    /// <summary>Whatever has this port at one of its ends, whoever listens there: the scope of most tests.</summary>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="title">What is being recorded.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    public static CaptureScope OfPort(int port, string title = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return new() { Ports = [(ushort)port], Title = title };
    }

    /// <summary>Its segments, as a BPF expression.</summary>
    /// <param name="narrower">An expression that has to hold as well; null or blank: none.</param>
    public string ToFilter(string? narrower = null)
    {
        var own = Ports.Count == 0 ? "tcp" : "tcp port " + string.Join(" or tcp port ", Ports);
        if (Ports.Count > 1) own = $"({own})";
        if (Server is { IsAnyAddress: false } server) own += $" and host {server.ToIPAddress()}";
        return string.IsNullOrWhiteSpace(narrower) ? own : $"({own}) and ({narrower})";
    }
}
