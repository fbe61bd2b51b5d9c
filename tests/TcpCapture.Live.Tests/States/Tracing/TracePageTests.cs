using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live.Tests.States.Tracing;

[SupportedOSPlatform("linux")]
public class TracePageTests
{
    private const ulong Start = 1_795_418_680_811_944_756; // past the 59 bits of an absolute stamp

    [Fact]
    public void AShortEventHasItsLengthInItsHeader() =>
        Assert.Equal([(Start + 5, 8), (Start + 12, 4)], Walk(Page(Event(2, 5), 1, 2, Event(1, 7), 3)));

    [Fact]
    public void ALongEventHasItsLengthAfterItsHeader() => Assert.Equal([(Start + 1, 8)], Walk(Page(Event(0, 1), 12, 1, 2)));

    [Fact]
    public void ATimeExtendAddsItsHighBits() =>
        Assert.Equal([(Start + (3ul << 27) + 4 + 1, 4)], Walk(Page(Event(30, 4), 3, Event(1, 1), 9)));

    [Fact]
    public void AnAbsoluteStampHasItsTopBitsFromThePage()
    {
        var stamp = (Start + 1_000_000_000) & ((1ul << 59) - 1);
        Assert.Equal([(Start + 1_000_000_000, 4)],
            Walk(Page(Event(31, (uint)(stamp & 0x7ffffff)), (uint)(stamp >> 27), Event(1, 0), 9)));
    }

    [Fact]
    public void PaddingIsSkippedAndTheLastPaddingEndsThePage() =>
        Assert.Equal([(Start + 3, 4)], Walk(Page(Event(29, 1), 8, 0, Event(1, 3), 9, Event(29, 0), 9, Event(1, 3), 9)));

    [Fact]
    public void ALengthBeyondThePageMeansDamage()
    {
        var page = new TracePage(Page(Event(28, 5), 1), 16);
        Assert.False(page.Next());
        Assert.True(page.IsDamaged);
        page = new TracePage(Page(Event(0, 5), uint.MaxValue, 1), 16);
        Assert.False(page.Next());
        Assert.True(page.IsDamaged);
    }

    [Fact]
    public void APageAfterAnOverrunHasTheNumberOfLostEvents()
    {
        var page = new TracePage(RecordedTrace.Bytes("overrun.page"), 16);
        Assert.Equal(TraceInstance.ParseLost(RecordedTrace.Text("stats-overrun")), page.Lost);
        var records = 0;
        while (page.Next()) records++;
        Assert.False(page.IsDamaged);
        Assert.True(records > 40);
        Assert.Equal(0, new TracePage(RecordedTrace.Bytes("cpu0.page"), 16).Lost);
    }

    private static uint Event(uint type, uint delta) => BitConverter.IsLittleEndian ? type | delta << 5 : type << 27 | delta;

    private static byte[] Page(params uint[] words)
    {
        ulong[] header = [Start, (ulong)words.Length * 4];
        return [.. MemoryMarshal.AsBytes<ulong>(header), .. MemoryMarshal.AsBytes<uint>(words)];
    }

    private static List<(ulong Time, int Length)> Walk(byte[] bytes)
    {
        var found = new List<(ulong, int)>();
        var page = new TracePage(bytes, 16);
        while (page.Next()) found.Add((page.Time, page.Record.Length));
        Assert.False(page.IsDamaged);
        return found;
    }
}
