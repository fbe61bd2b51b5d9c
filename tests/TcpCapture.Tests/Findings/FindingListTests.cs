using TcpCapture.Findings;

namespace TcpCapture.Tests.Findings;

public class FindingListTests
{
    [Fact]
    public void KeepsTheFirstAndCountsTheRest()
    {
        var list = new FindingList("resets", max: 2);
        for (var number = 1; number <= 5; number++) list.Add(new Finding(null, number, $"reset {number}"));

        Assert.Equal(
            ["reset 1", "reset 2", "3 more findings about resets are left out, after the first 2: connections.csv has a row for each connection."],
            list.Select(finding => finding.Text));
    }

    [Fact]
    public void AddsNoCountIfAllAreKept()
    {
        var list = new FindingList("resets", max: 1) { new Finding(null, 1, "reset") };
        Assert.Equal("reset", Assert.Single(list).Text);
    }
}
