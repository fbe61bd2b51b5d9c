using System.Net;
using SharpPcap.LibPcap;
using TcpCapture.Live.Capture;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>A network interface, or a pseudo-interface such as <c>any</c>.</summary>
public sealed record CaptureInterface
{
    private const uint LoopbackFlag = 1;
    private const uint UpFlag = 2;

    /// <summary>The name: <c>lo</c>, <c>eth0</c>, <c>any</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The description given by libpcap; empty for most interfaces on Linux.</summary>
    public string Description { get; init; } = "";

    /// <summary>The IP addresses; empty for pseudo-interfaces.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>True for a loopback interface.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>True if the interface is up. An interface that is down cannot be captured on.</summary>
    public bool IsUp { get; init; }

    /// <summary>Lists the interfaces in the order of libpcap, which puts the most useful ones first.</summary>
    /// <exception cref="TcpCaptureException">libpcap is missing, or it cannot list interfaces.</exception>
    public static IReadOnlyList<CaptureInterface> List() => [.. Find().Select(Describe)];

    /// <summary>The version text of libpcap, or of Npcap on Windows: <c>libpcap version 1.10.3</c>; null if it is not installed.</summary>
    public static string? LibraryVersion => CaptureLibrary.Version;

    /// <summary>The name of the loopback interface: <c>lo</c> on Linux.</summary>
    /// <exception cref="TcpCaptureException">libpcap is missing, or there is no loopback interface.</exception>
    public static string Loopback => Find().FirstOrDefault(HasLoopbackFlag)?.Name
        ?? throw new CaptureException("There is no loopback interface to capture on.", remedy: Remedy.ChooseInterface);

    /// <summary>Tests whether an interface can be captured on, by opening and closing it.</summary>
    /// <param name="name">The name of the interface.</param>
    /// <returns>Null on success; otherwise the error.</returns>
    public static TcpCaptureException? Probe(string name)
    {
        try
        {
            using var capture = LiveCapture.Open(new LiveCaptureOptions { Interface = name, Immediate = true }, NoObservations.Instance);
            return null;
        }
        catch (CaptureException e)
        {
            return e;
        }
    }

    /// <summary>Reads the interface list again each time, because interfaces come and go.</summary>
    internal static IReadOnlyList<PcapInterface> Find()
    {
        CaptureLibrary.Require();
        try
        {
            return PcapInterface.GetAllPcapInterfaces();
        }
        catch (SharpPcap.PcapException e)
        {
            throw new CaptureException($"Cannot list the interfaces: {e.Message.Trim()}.", e, Remedy.CheckSystem);
        }
    }

    internal static bool HasLoopbackFlag(PcapInterface found) => (found.Flags & LoopbackFlag) != 0;

    private static CaptureInterface Describe(PcapInterface found) => new()
    {
        Name = found.Name,
        Description = found.Description ?? "",
        Addresses = [.. found.Addresses.Select(address => address.Addr?.ipAddress).OfType<IPAddress>()],
        IsLoopback = HasLoopbackFlag(found),
        IsUp = (found.Flags & UpFlag) != 0,
    };
}
