using TcpCapture.Model;

namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>Simulated traffic, recorded by clocks up to an hour apart that drift by up to 100 ppm. The truth is within the</summary>
// stated bounds, each segment finds its counterpart, and only lost segments are reported as lost.
public sealed class TruthTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 100)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TheTruthIsWithinTheBounds(int seed)
    {
        var random = new Random(seed);
        var traffic = new TwoHostTraffic(seed)
        {
            Offset = random.NextInt64(-3600, 3601) * TwoHostTraffic.Second + random.NextInt64(TwoHostTraffic.Second),
            DriftPpm = random.NextDouble() * 200 - 100,
            Way = [random.Next(1_000, 30_000_000), random.Next(1_000, 30_000_000)],
            Queueing = random.Next(1, 20_000_000),
            LossPercent = random.Next(3) * 5,
            HasTimestamps = seed % 4 != 0,
            ShowsSockets = seed % 3 != 0,
        };
        for (var i = 0; i < random.Next(1, 6); i++) traffic.Connect(random.Next(2), (ushort)(40000 + i), random.Next(2, 60), TwoHostTraffic.Second * random.Next(1, 20));
        using var merged = MergedPair.Of(traffic, swapped: false);

        AssertClock(traffic, merged.Recording.Info.PeerClock!);
        AssertDelays(traffic, merged);
        AssertLosses(traffic, merged);
    }

    private static void AssertClock(TwoHostTraffic traffic, ClockRelation clock)
    {
        Assert.Empty(clock.Changes);
        var truth = traffic.OffsetAt(clock.Time.Nanoseconds);
        Assert.InRange(truth, clock.OffsetNanoseconds - clock.ErrorNanoseconds, clock.OffsetNanoseconds + clock.ErrorNanoseconds);
        Assert.InRange(traffic.DriftPpm, clock.DriftPpm - clock.DriftErrorPpm, clock.DriftPpm + clock.DriftErrorPpm);

        // Timestamps are whole nanoseconds, and during the peer's delay the clocks drift: at most 200 ppm of 30 µs.
        Assert.InRange(2 * clock.ErrorNanoseconds, 0, traffic.SmallestRoundTrip() + 12);
    }

    private static void AssertDelays(TwoHostTraffic traffic, MergedPair merged)
    {
        var sent = traffic.Transmissions.ToDictionary(t => (t.Host, t.SentFrame));
        foreach (var (time, passage) in merged.Frames.Where(f => f.Passage is { Kind: PassageKind.Sent, Arrival: not null }))
        {
            var truth = sent[(passage.Host, passage.HostFrame)];
            Assert.Equal(truth.ArrivedFrame, passage.ArrivalFrame);
            var delay = passage.Arrival!.Value - time;
            Assert.InRange(delay, 1, long.MaxValue);

            // 1 ns for the timestamps, and 1 ns for rounding.
            Assert.InRange(truth.Delay!.Value, delay - passage.ArrivalErrorNanoseconds!.Value - 2, delay + passage.ArrivalErrorNanoseconds.Value + 2);
        }
    }

    /// <summary>Arrived and lost segments are reported as such; near the end of a recording neither is.</summary>
    private static void AssertLosses(TwoHostTraffic traffic, MergedPair merged)
    {
        var lost = traffic.Transmissions.Where(t => t.Arrived is null).Select(t => (t.Host, t.SentFrame)).Order();
        var said = merged.Frames.Where(f => f.Passage.IsLost).Select(f => (f.Passage.Host, f.Passage.HostFrame)).Order();
        Assert.Equal(lost, said);
        Assert.All(merged.Frames, f => Assert.Equal(PassageKind.Sent, f.Passage.Kind));
        Assert.Equal(traffic.Transmissions.Count, merged.Frames.Count);
    }
}
