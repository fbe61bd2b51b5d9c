using TcpCapture.Findings;

namespace TcpCapture.Tests.Findings;

public class SynScheduleTests
{
    [Theory]
    [InlineData("rfc1122", new[] { 3.0, 6 })]
    [InlineData("rfc6298|windows|dragonfly", new[] { 1.0, 2, 4 })]
    [InlineData("rfc6298", new[] { 1.0, 2, 4, 8, 16, 32 })]
    [InlineData("linux-6.5|bsd", new[] { 1.0, 1, 1, 1, 1, 2 })]
    [InlineData("linux-6.5|bsd", new[] { 1.016, 1.020, 1.024, 1.02, 1.02, 2.02, 4.1 })]
    [InlineData("dragonfly", new[] { 1.0, 2, 4, 4, 4, 8, 16, 16 })]
    [InlineData("linux-6.5|rfc6298|windows|bsd|dragonfly", new[] { 1.0 })]
    [InlineData("", new[] { 0.0098 })]
    [InlineData("", new[] { 1.0, 3 })]
    public void EveryScheduleThatFitsIsNamed(string names, double[] intervals) =>
        Assert.Equal(names, string.Join('|', SynSchedule.Known.Where(schedule => schedule.Fits(intervals)).Select(schedule => schedule.Name)));

    [Theory]
    [InlineData("6", "4", "linux-6.5", new[] { 1.0, 1, 1, 1, 1, 2, 4, 8, 16, 32 })]
    [InlineData("6", null, "rfc6298", new[] { 1.0, 2, 4, 8, 16, 32 })]
    [InlineData("6", "0", "rfc6298", new[] { 1.0, 2, 4, 8, 16, 32 })]
    [InlineData("2", "1", "linux-6.5", new[] { 1.0, 1, 2 })]
    [InlineData("9", "0", "rfc6298", new[] { 1.0, 2, 4, 8, 16, 32, 64, 120, 120 })]
    public void TheSettingsOfTheMachinePredictItsOwn(string retries, string? linear, string name, double[] intervals)
    {
        var settings = new Dictionary<string, string> { ["net.ipv4.tcp_syn_retries"] = retries };
        if (linear is not null) settings["net.ipv4.tcp_syn_linear_timeouts"] = linear;

        var schedule = SynSchedule.FromSettings(settings)!;

        Assert.Equal(name, schedule.Name);
        Assert.Equal(intervals, schedule.Intervals);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("many")]
    public void WithoutAReadableSettingNothingIsPredicted(string? retries) => Assert.Null(
        SynSchedule.FromSettings(retries is null ? new Dictionary<string, string>() : new() { ["net.ipv4.tcp_syn_retries"] = retries }));

    [Fact]
    public void AnExcessiveSettingIsBounded() => Assert.Equal(127, SynSchedule.FromSettings(new Dictionary<string, string>
    {
        ["net.ipv4.tcp_syn_retries"] = "2147483647",
        ["net.ipv4.tcp_syn_linear_timeouts"] = "2147483647",
    })!.Intervals.Count);
}
