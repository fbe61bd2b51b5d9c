namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>A clock that is set while recording is noticed, and the truth is within the bounds before and after it.</summary>
public sealed class ClockStepTests
{
    public static TheoryData<int, long> Steps => new(
        from seed in Enumerable.Range(1, 10)
        from step in new[] { -3 * TwoHostTraffic.Second, -20_000_000, 20_000_000, 1 * TwoHostTraffic.Second }
        select (seed, step));

    [Theory]
    [MemberData(nameof(Steps))]
    public void AClockStepIsNoticed(int seed, long step)
    {
        var traffic = new TwoHostTraffic(seed) { Offset = -5000, DriftPpm = 20, Step = (40 * TwoHostTraffic.Second, step) };
        traffic.Connect(0, 40000, 200, TwoHostTraffic.Second / 2);
        using var merged = MergedPair.Of(traffic);

        var clock = merged.Recording.Info.PeerClock!;
        var change = Assert.Single(clock.Changes);
        Assert.InRange(change.StepNanoseconds, step - change.ErrorNanoseconds, step + change.ErrorNanoseconds);
        Assert.InRange(change.Time.Nanoseconds - TwoHostTraffic.Epoch, 39 * TwoHostTraffic.Second, 43 * TwoHostTraffic.Second);
        var truth = traffic.OffsetAt(clock.Time.Nanoseconds);
        Assert.InRange(truth, clock.OffsetNanoseconds - clock.ErrorNanoseconds, clock.OffsetNanoseconds + clock.ErrorNanoseconds);
        Assert.DoesNotContain(merged.Frames, f => f.Passage.IsLost);
        using var outputs = merged.Outputs();
        Assert.Contains($"stepped {(step < 0 ? "back" : "forward")} by", outputs.Text("timeline.csv"));
    }
}
