using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live.Tests.States.Tracing;

[SupportedOSPlatform("linux")]
public class TraceNamesTests
{
    [Fact]
    public void AnInstanceNameRoundTrips()
    {
        var name = new TraceInstanceName(4711, 123456789012, 0xbeef);
        Assert.Equal("tcpcapture-4711-123456789012-0000beef", name.ToString());
        Assert.True(TraceInstanceName.TryParse(name.ToString(), out var read));
        Assert.Equal(name, read);
    }

    [Theory]
    [InlineData("tcpcapture")]
    [InlineData("tcpcapture-1-2")]
    [InlineData("tcpcapture-1-2-beef")]
    [InlineData("tcpcapture-01-2-0000beef")]
    [InlineData("tcpcapture--1-2-0000beef")]
    [InlineData("Tcpcapture-1-2-0000beef")]
    [InlineData("trace-cmd-1-0000beef")]
    public void OtherNamesAreNotOurs(string text) => Assert.False(TraceInstanceName.TryParse(text, out _));

    [Fact]
    public void MountsOfTracefsAreFoundAndTheirNamesUnescaped() => Assert.Equal(["/sys/kernel/tracing", "/a b"],
        TraceFilesystem.FindMounts(
        [
            "30 25 0:12 / /sys/kernel/tracing rw,nosuid shared:13 - tracefs tracefs rw",
            "31 25 0:13 / /sys rw - sysfs tracefs rw",
            "32 25 0:12 /instances/x /part rw - tracefs tracefs rw",
            @"33 25 0:12 / /a\040b rw - tracefs none rw",
            "nonsense",
        ]));

    [Fact]
    public void TheProcessOfAThreadIsInItsStatus()
    {
        Assert.Equal((42, "sh"), TraceProcesses.ParseStatus(["Name:\tsh", "Umask:\t0022", "Tgid:\t42", "Pid:\t43"]));
        Assert.Equal((null, null), TraceProcesses.ParseStatus([]));
        Assert.Equal("a b", TraceProcesses.FindSaved(["12 x", "1 a b"], 1));
    }

    [Fact]
    public void AWholeSecondBetweenAllReadingsIsTheOffset()
    {
        var offset = ClockOffset.From([(100, 37_000_000_150, 180), (200, 37_000_000_210, 220)], wholeSeconds: true);
        Assert.Equal(new ClockOffset(37_000_000_000, 10), offset);
    }

    [Fact]
    public void OtherwiseTheMiddleOfAllReadingsIsTheOffset()
    {
        Assert.Equal(new ClockOffset(500, 10), ClockOffset.From([(1000, 1510, 1020)], wholeSeconds: false));
        // If readings contradict each other, the narrowest one counts.
        Assert.Equal(new ClockOffset(500, 10), ClockOffset.From([(1000, 1510, 1020), (0, 9000, 100)], wholeSeconds: false));
        Assert.Null(ClockOffset.From([], wholeSeconds: true));
    }
}
