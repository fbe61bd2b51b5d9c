using TcpCapture.Live;
using TcpCapture.Live.Capture;

namespace TcpCapture.SystemTests.Capture;

/// <summary>Skips a test with a reason where capturing is not possible.</summary>
internal static class CapturePrivilege
{
    public static void Require()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "these tests are for Linux");
        Assert.SkipWhen(CaptureInterface.LibraryVersion is null, "libpcap is not installed");
        try
        {
            LiveCapture.Open(new LiveCaptureOptions { Interface = "lo", Filter = "tcp port 1" }, new SegmentSink()).Dispose();
        }
        catch (CaptureException e) when (e.Message.Contains("no privilege", StringComparison.Ordinal))
        {
            Assert.Skip("capturing needs CAP_NET_RAW");
        }
    }
}
