using TcpCapture.Model;

namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>Network cards split and join segments: one sent whole and received in two has arrived with the second.</summary>
public sealed class PiecesTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 5)]
    public void ASplitSegmentHasArrivedWithItsLastByte(int seed, int loss)
    {
        var traffic = new TwoHostTraffic(seed) { Offset = 3, CutsAtReceiver = true, LossPercent = loss }.Connect(0, 40000, 80, TwoHostTraffic.Second / 10);
        using var merged = MergedPair.Of(traffic);

        var sent = traffic.Transmissions.ToDictionary(t => (t.Host, t.SentFrame));
        var said = merged.Frames.Where(f => f.Passage.Kind == PassageKind.Sent).ToArray();
        Assert.Equal(sent.Count, said.Length);
        Assert.All(said, f => Assert.Equal(sent[(f.Passage.Host, f.Passage.HostFrame)].ArrivedFrame, f.Passage.ArrivalFrame));
        Assert.All(said, f => Assert.Equal(sent[(f.Passage.Host, f.Passage.HostFrame)].Frame.Length > 452 && !f.Passage.IsLost, f.Passage.IsInPieces));
        Assert.Contains(said, f => f.Passage.IsInPieces);
        Assert.DoesNotContain(merged.Frames, f => f.Passage.Kind == PassageKind.Unsent);
        using var outputs = merged.Outputs();
        Assert.Contains("in other pieces, the last frame", outputs.Text("timeline.csv"));
    }

    [Fact]
    public void ASegmentThatLostAPieceHasArrivedInPart()
    {
        var traffic = new TwoHostTraffic(11) { CutsAtReceiver = true, LosesPieces = true }.Connect(0, 40000, 80, TwoHostTraffic.Second / 10);
        using var merged = MergedPair.Of(traffic);

        var lost = traffic.Transmissions.Where(t => t is { LosesPiece: true, Frame.Length: > 452 }).Select(t => (t.Host, t.SentFrame)).Order().ToArray();
        Assert.NotEmpty(lost);
        Assert.Equal(lost, merged.Frames.Where(f => f.Passage.MissingBytes == 200).Select(f => (f.Passage.Host, f.Passage.HostFrame)).Order());
        Assert.All(merged.Frames, f => Assert.True(f.Passage is { MissingBytes: 0 or 200, IsLost: false, Kind: PassageKind.Sent }));
        using var outputs = merged.Outputs();
        Assert.Matches(@"200 of \d+ bytes never arrived: arrived after", outputs.Text("timeline.csv"));
        Assert.Contains("none lost, ", outputs.Text("timeline.csv"));
        Assert.Equal(lost.Length, outputs.Text("delays.csv").TrimEnd().Split('\n').Count(line => line.EndsWith(",200", StringComparison.Ordinal)));
    }

    [Fact]
    public void JoinedSegmentsHaveArrivedTogether()
    {
        var traffic = new TwoHostTraffic(7) { CutsAtSender = true }.Connect(0, 40000, 80, TwoHostTraffic.Second / 10);
        using var merged = MergedPair.Of(traffic);

        Assert.DoesNotContain(merged.Frames, f => f.Passage.IsLost || f.Passage.Kind == PassageKind.Unsent);
        var joined = merged.Frames.Where(f => f.Passage is { Kind: PassageKind.Sent, IsInPieces: true }).GroupBy(f => (f.Passage.Host, f.Passage.ArrivalFrame)).ToArray();
        Assert.NotEmpty(joined);
        Assert.All(joined, pieces => Assert.Equal(2, pieces.Count()));
        Assert.All(joined, pieces => Assert.Single(pieces.Select(f => f.Passage.Arrival).Distinct()));
    }
}
