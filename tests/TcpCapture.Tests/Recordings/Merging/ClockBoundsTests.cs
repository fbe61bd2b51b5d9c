using TcpCapture.Recordings.Merging;

namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>Memory is bounded, however often the clocks change.</summary>
public sealed class ClockBoundsTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void TheFirstChangesAreReportedAndTheRestCounted()
    {
        var clock = Steps(120);

        var relation = clock.Summarise(1);
        Assert.Equal(50, relation.Changes.Count);
        Assert.Equal(clock.Pieces.Count - 1, relation.Changes.Count + relation.FurtherChanges);
        Assert.InRange(relation.FurtherChanges, 60, 70);
    }

    [Fact]
    public void ClocksThatChangeConstantlyAreRefused()
    {
        var error = Assert.Throws<MergeException>(() => Steps(110_000));

        Assert.Contains("One of the recordings is damaged", error.Message);
    }

    /// <summary>One second with a segment in each direction within a microsecond; then the clock is set forward by one second.</summary>
    private static ClockBounds Steps(int count)
    {
        var clock = new ClockBounds();
        for (var i = 0; i < count; i++)
        {
            clock.Add(new ClockConstraint(2 * i + 1, 2 * i * Second, i * Second + 1000, IsUpper: true));
            clock.Add(new ClockConstraint(2 * i + 2, 2 * i * Second + 1000, i * Second - 1000, IsUpper: false));
        }

        return clock;
    }
}
