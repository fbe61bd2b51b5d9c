using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TcpCapture.Live;
using TcpCapture.Live.Capture;

namespace TcpCapture.SystemTests.Capture;

public partial class CaptureErrorsTests
{
    public CaptureErrorsTests() => CapturePrivilege.Require();

    [Fact]
    public void AnUnknownInterfaceIsReportedWithTheAvailableNames()
    {
        var message = ErrorOf(new LiveCaptureOptions { Interface = "eth99" });
        Assert.StartsWith("Cannot capture on \"eth99\": there is no such interface. Available interfaces: ", message);
        Assert.Contains("lo", message);
        Assert.Contains("any", message);
    }

    [Fact]
    public void ABadFilterIsReportedInTheWordsOfLibpcap() =>
        Assert.Equal(
            "Cannot use the filter \"tcp prot 80\": can't parse filter expression: syntax error. "
            + "See man pcap-filter for the syntax.",
            ErrorOf(new LiveCaptureOptions { Interface = "lo", Filter = "tcp prot 80" }));

    [Fact]
    public void AnInterfaceThatIsDownIsReported() => PrivateNetwork.Run(() =>
    {
        PrivateNetwork.Ip("link set lo down");
        Assert.Equal(
            "Cannot capture on lo: the interface is down. Bring it up (ip link set lo up) or choose another.",
            ErrorOf(new LiveCaptureOptions { Interface = "lo" }));
        Assert.False(CaptureInterface.List().Single(found => found.Name == "lo").IsUp);
    });

    [Fact]
    public void AMissingPrivilegeIsReportedWithARemedy() => OnUnprivilegedThread(() =>
    {
        var error = Refused(new LiveCaptureOptions { Interface = "lo" });
        var message = error.Message;
        Assert.StartsWith("Cannot capture on lo: no privilege. ", message);
        Assert.Contains("root", message);
        Assert.Contains("setcap cap_net_raw+ep", message);
        Assert.Equal(Remedy.UsePrivateNamespace, error.Remedy);
    });

    [Fact]
    public void TheInterfaceListIncludesAny()
    {
        var list = CaptureInterface.List();
        var loopback = list.Single(found => found.Name == "lo");
        Assert.True(loopback is { IsLoopback: true, IsUp: true });
        Assert.Contains(loopback.Addresses, address => address.ToString() == "127.0.0.1");
        Assert.Contains(list, found => found is { Name: "any", IsUp: true, IsLoopback: false });
        Assert.StartsWith("libpcap version ", CaptureInterface.LibraryVersion);
    }

    private static string ErrorOf(LiveCaptureOptions options) => Refused(options).Message;

    private static TcpCaptureException Refused(LiveCaptureOptions options)
    {
        var error = Assert.Throws<CaptureException>(() => LiveCapture.Open(options, new SegmentSink()).Dispose());
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    // Linux keeps capabilities per thread: this thread drops its own and ends.
    private static void OnUnprivilegedThread(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                DropCapabilities();
                test();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    private static unsafe void DropCapabilities()
    {
        const uint Version3 = 0x20080522;
        var header = stackalloc uint[] { Version3, 0 };
        var none = stackalloc uint[6];
        Assert.Equal(0, CapSet(header, none));
    }

    [LibraryImport("libc", EntryPoint = "capset")]
    private static unsafe partial int CapSet(uint* header, uint* data);
}
