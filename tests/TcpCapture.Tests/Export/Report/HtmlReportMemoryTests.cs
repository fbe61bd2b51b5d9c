using TcpCapture.Export.Report;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.Report;

[Collection(AloneCollection.Name)]
public sealed class HtmlReportMemoryTests
{
    /// <summary>Neither unique texts nor events accumulate in memory.</summary>
    [Fact]
    public void MemoryDoesNotGrowWithEvents()
    {
        var report = new HtmlReport(Stream.Null, new RecordingInfo(), int.MaxValue);
        var calls = Enumerable.Range(0, 10_000).Select(i => ReportText.Call(i, "call" + i)).ToArray();
        foreach (var call in calls) report.OnEvent(call, default);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = 0; round < 20; round++)
            foreach (var call in calls) report.OnEvent(call, default);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
        report.OnCompleted(default);
    }
}
