using TcpCapture.Findings;

namespace TcpCapture.Tests.Findings;

public class DelayStatisticsTests
{
    [Theory]
    [InlineData(new long[] { 3, 1, 2 }, 1, 2, 3)]
    [InlineData(new long[] { 4, 1, 3, 2 }, 1, 2, 4)]
    [InlineData(new long[] { -5 }, -5, -5, -5)]
    public void MinimumMedianAndMaximum(long[] delays, long min, long median, long max)
    {
        var statistics = new DelayStatistics();
        foreach (var delay in delays) statistics.Add(delay);
        Assert.Equal((delays.Length, min, median, max), (statistics.Count, statistics.Min, statistics.Median(), statistics.Max));
    }

    /// <summary>Beyond the capacity the median is estimated; minimum and maximum are exact.</summary>
    [Fact]
    public void ManyDelaysNeedBoundedMemory()
    {
        const int many = 1_000_000;
        var statistics = new DelayStatistics();
        for (var i = 0; i < many; i++) statistics.Add((long)i * 7919 % many);
        Assert.Equal((many, 0, many - 1), (statistics.Count, statistics.Min, statistics.Max));
        Assert.InRange(statistics.Median(), many * 0.49, many * 0.51);
    }
}
