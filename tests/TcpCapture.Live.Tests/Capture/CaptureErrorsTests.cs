using TcpCapture.Live.Capture;

namespace TcpCapture.Live.Tests.Capture;

public class CaptureErrorsTests
{
    [Fact]
    public void AMissingLibraryIsReportedWithThePackageToInstall() =>
        Assert.StartsWith("Cannot capture: libpcap is not installed. Install ", CaptureErrors.NoLibpcap().Message);

    [Fact]
    public void AnErrorOfSeveralLinesBecomesOneLine() =>
        Assert.Equal("The capture on lo ended early: first second.", CaptureErrors.Failed("lo", "first\n  second.\r\n"));
}
