namespace TcpCapture.Live.Tests.States;

public class StateSourcesTests
{
    [Fact]
    public void TracingWithoutAPortIsRefusedWithARemedy()
    {
        var thrown = Assert.Throws<StateSourceException>(() => StateSources.Choose(StateSourceChoice.Traced));
        Assert.DoesNotContain('\n', thrown.Message);
        Assert.Equal(Remedy.SampleStates, thrown.Remedy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(60_000_001)]
    public void IntervalOutOfRangeIsRefused(long microseconds) => Assert.Throws<StateSourceException>(
        () => StateSources.Choose(StateSourceChoice.Portable, TimeSpan.FromMicroseconds(microseconds)));

    [Fact]
    public void ThePortableSourceIsChosenOnRequest()
    {
        using var source = StateSources.Choose(StateSourceChoice.Portable);
        Assert.Equal(("portable", TimeSpan.FromMilliseconds(25)), (source.Name, source.Statistics.Interval));
        Assert.Contains("as asked for", source.Reason);
    }

    [Fact]
    public void EverySourceHasAReasonInOneLine()
    {
        var available = StateSources.Available();
        Assert.Equal(["traced", "sampled", "portable"], available.Select(source => source.Name));
        Assert.All(available, source => Assert.NotEmpty(source.Reason));
        Assert.All(available, source => Assert.DoesNotContain('\n', source.Reason));
    }
}
