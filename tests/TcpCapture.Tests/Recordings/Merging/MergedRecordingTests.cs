using TcpCapture.Model;

namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>The merged recording as a whole.</summary>
public sealed class MergedRecordingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheTimelineFileIsTheSameRecording(int seed)
    {
        using var merged = MergedPair.Of(Traffic(seed));
        using var outputs = merged.Outputs();

        RoundTrip.AssertSame(merged.Recording, outputs);
    }

    [Fact]
    public void EitherHostCanBeTheFirst()
    {
        var traffic = Traffic(1);
        using var merged = MergedPair.Of(traffic);
        using var swapped = MergedPair.Of(traffic, swapped: true);

        var (clock, other) = (merged.Recording.Info.PeerClock!, swapped.Recording.Info.PeerClock!);
        Assert.InRange(clock.OffsetNanoseconds + other.OffsetNanoseconds, -clock.ErrorNanoseconds - other.ErrorNanoseconds, clock.ErrorNanoseconds + other.ErrorNanoseconds);
        Assert.Equal(
            merged.Frames.Where(f => f.Passage.IsLost).Select(f => (f.Passage.Host, f.Passage.HostFrame)).Order(),
            swapped.Frames.Where(f => f.Passage.IsLost).Select(f => (1 - f.Passage.Host, f.Passage.HostFrame)).Order());
        Assert.Equal(Side.Server, merged.Recording.Info.PeerSide);
        Assert.Equal(Side.Client, swapped.Recording.Info.PeerSide);
    }

    [Fact]
    public void TranslatedAddressesAreMatched()
    {
        using var merged = MergedPair.Of(Traffic(4) with { TranslatedAddress = [192, 0, 2, 7] });
        using var outputs = merged.Outputs();

        Assert.Contains("192.0.2.7:40000 → 10.0.0.2:80", merged.Recording.Info.PeerView);
        Assert.DoesNotContain(merged.Frames, f => f.Passage.Kind is PassageKind.Unsent or PassageKind.OneHost);
        Assert.Equal(2, outputs.Text("connections.csv").TrimEnd().Split('\n').Length);
        Assert.DoesNotContain("192.0.2.7", outputs.Text("connections.csv"));
        Assert.Contains("Addresses are translated between the hosts", outputs.Text("timeline.csv"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnIcmpErrorThatBothHostsCapturedCountsOnce(bool isTranslated)
    {
        using var merged = MergedPair.Of(Traffic(6).Reject() with { TranslatedAddress = isTranslated ? [192, 0, 2, 7] : null });
        var timeline = Timeline.Load(merged.Recording);

        var icmp = Assert.Single(timeline.Connections).Icmp!;
        Assert.Equal((1L, 0L, 1), (icmp.Count, icmp.Mismatches, Assert.Single(icmp.Kept).Host));
        var rows = timeline.Events.Where(e => e.Kind == EventKind.Icmp).ToArray();
        Assert.Equal([1, 0], rows.Select(row => row.Passage!.Host));
        Assert.All(rows, row => Assert.Equal((PassageKind.OneHost, "10.0.0.1:40000"), (row.Passage!.Kind, row.Local.ToString())));
        Assert.Equal(isTranslated, merged.Recording.Info.PeerView is not null);
    }

    [Fact]
    public void EveryPassageIsARowOfDelays()
    {
        var traffic = Traffic(5);
        using var merged = MergedPair.Of(traffic);
        using var outputs = merged.Outputs();

        var rows = outputs.Text("delays.csv").TrimEnd().Split('\n').Select(line => line.Split(',')).ToArray();
        Assert.Equal("event,connection,side,host,sent,arrived,delay,error,frame_sent,frame_arrived,lost_bytes", string.Join(',', rows[0]));
        Assert.Equal(traffic.Transmissions.Count, rows.Length - 1);
        Assert.Equal(traffic.Transmissions.Count(t => t.Arrived is null), rows.Count(row => row[5].Length == 0));
    }

    [Fact]
    public void EachFrameIsAtItsSendingAndHasItsHost()
    {
        var traffic = Traffic(6);
        using var merged = MergedPair.Of(traffic);

        Assert.Equal(merged.Frames.Select(f => f.Time).Order(), merged.Frames.Select(f => f.Time));
        Assert.Equal(
            traffic.Transmissions.Select(t => (t.Host, t.SentFrame)).Order(),
            merged.Frames.Select(f => (f.Passage.Host, f.Passage.HostFrame)).Order());
    }

    private static TwoHostTraffic Traffic(int seed) =>
        new TwoHostTraffic(seed) { Offset = -1800 * TwoHostTraffic.Second, DriftPpm = 50, LossPercent = 10 }
            .Connect(0, 40000, 60, TwoHostTraffic.Second / 10);
}
