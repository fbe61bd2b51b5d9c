using SharpPcap;
using TcpCapture.Live.Capture;

namespace TcpCapture.Live;

/// <summary>The capture library of this machine: libpcap, or Npcap on Windows.</summary>
public static class CaptureLibrary
{
    /// <summary>
    /// What the library calls itself, <c>libpcap version 1.10.3 (with TPACKET_V3)</c>; null if it is not installed.
    /// </summary>
    public static string? Version => IsInstalled ? Pcap.Version : null;

    // The one question to SharpPcap that does not throw DllNotFoundException where libpcap is missing.
    private static bool IsInstalled => Pcap.LibpcapVersion != new Version(0, 0);

    /// <exception cref="TcpCaptureException">It is not installed.</exception>
    internal static void Require()
    {
        if (!IsInstalled) throw CaptureErrors.NoLibpcap();
    }
}
