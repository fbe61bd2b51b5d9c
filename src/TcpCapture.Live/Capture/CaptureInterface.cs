using System.Net;

namespace TcpCapture.Live.Capture;

/// <summary>A network interface, or a pseudo-interface such as <c>any</c>, that can be captured on.</summary>
public sealed record CaptureInterface
{
    /// <summary>Its name, as <c>-i</c> takes it: <c>lo</c>, <c>eth0</c>, <c>any</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What libpcap says of it; empty for most interfaces on Linux.</summary>
    public string Description { get; init; } = "";

    /// <summary>Its IP addresses; empty for pseudo-interfaces.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>True for a loopback interface.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>True if it is up; a capture on an interface that is down fails.</summary>
    public bool IsUp { get; init; }
}
