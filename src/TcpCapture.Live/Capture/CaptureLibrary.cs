using SharpPcap;

namespace TcpCapture.Live.Capture;

/// <summary>The capture library of this machine: libpcap, or Npcap on Windows.</summary>
internal static class CaptureLibrary
{
    /// <summary>The version text of the library, such as <c>libpcap version 1.10.3</c>; null if it is not installed.</summary>
    public static string? Version => IsInstalled ? Pcap.Version : null;

    // The only SharpPcap property that does not throw DllNotFoundException where libpcap is missing.
    private static bool IsInstalled => Pcap.LibpcapVersion != new Version(0, 0);

    public static void Require()
    {
        if (!IsInstalled) throw CaptureErrors.NoLibpcap();
    }
}
