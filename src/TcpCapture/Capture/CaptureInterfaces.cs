using System.Net;
using SharpPcap.LibPcap;

namespace TcpCapture.Capture;

/// <summary>The interfaces of this machine that can be captured on.</summary>
public static class CaptureInterfaces
{
    private const uint LoopbackFlag = 1;
    private const uint UpFlag = 2;

    /// <summary>Lists them in libpcap's order: the ones likeliest to be wanted first.</summary>
    /// <exception cref="CaptureException">libpcap is missing, or it cannot list interfaces.</exception>
    public static IReadOnlyList<CaptureInterface> List() => [.. Find().Select(Describe)];

    /// <summary>libpcap's own list, read anew: interfaces come and go.</summary>
    internal static IReadOnlyList<PcapInterface> Find()
    {
        CaptureLibrary.Require();
        try
        {
            return PcapInterface.GetAllPcapInterfaces();
        }
        catch (SharpPcap.PcapException e)
        {
            throw new CaptureException(
                $"Cannot list the interfaces: {e.Message.Trim()}. Run tcpcapture doctor to see what is available here.", e);
        }
    }

    internal static bool IsLoopback(PcapInterface found) => (found.Flags & LoopbackFlag) != 0;

    private static CaptureInterface Describe(PcapInterface found) => new()
    {
        Name = found.Name,
        Description = found.Description ?? "",
        Addresses = [.. found.Addresses.Select(address => address.Addr?.ipAddress).OfType<IPAddress>()],
        IsLoopback = IsLoopback(found),
        IsUp = (found.Flags & UpFlag) != 0,
    };
}
