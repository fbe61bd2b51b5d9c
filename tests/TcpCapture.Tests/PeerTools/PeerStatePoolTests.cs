using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture.Tests.PeerTools;

/// <summary>A reused state keeps nothing of the connection before.</summary>
public sealed class PeerStatePoolTests
{
    [Fact]
    public void AReusedStateIsLikeANewOne()
    {
        var pool = new PeerStatePool();
        for (var seed = 0; seed < 300; seed++)
        {
            var (again, fresh) = (pool.Rent(), new PeerState());
            foreach (var segment in RandomTransfer.Segments(seed))
            {
                var side = segment.Source.Port == 80 ? Side.Server : Side.Client;
                Assert.Equal(fresh.Wireshark.Add(side, segment), again.Wireshark.Add(side, segment));
                if (segment.Ack % 97 == 0)
                {
                    fresh.AddCorrupt(side, segment);
                    again.AddCorrupt(side, segment);
                }

                fresh.Add(side, segment);
                again.Add(side, segment);
            }

            Assert.Equal(fresh.Zeek.Letters, again.Zeek.Letters);
            Assert.Equal(fresh.Zeek.ConnState(), again.Zeek.ConnState());
            Assert.Equal(fresh.Wireshark.Completeness, again.Wireshark.Completeness);
            Assert.Equal(RoundTrips(fresh, Side.Client), RoundTrips(again, Side.Client));
            Assert.Equal(RoundTrips(fresh, Side.Server), RoundTrips(again, Side.Server));
            pool.Return(again);
        }
    }

    [Fact]
    public void AReturnedStateIsRentedAgain()
    {
        var pool = new PeerStatePool();
        var state = pool.Rent();
        state.Add(Side.Client, new Segment { Flags = TcpFlags.Syn, Seq = 1 });
        pool.Return(state);
        Assert.Same(state, pool.Rent());
        Assert.NotSame(state, pool.Rent());
        Assert.Empty(state.Zeek.Letters);
        Assert.Null(state.RoundTripsOf(Side.Client));
    }

    private static object? RoundTrips(PeerState state, Side side) => state.RoundTripsOf(side) is { } trips
        ? (trips.Samples, trips.FullSize, trips.Ambiguous, trips.LargestSegment, trips.AfterLoss, trips.Cumulative, trips.Duplicates,
            trips.TripleDuplicates, trips.Handshake, trips.Waiting)
        : null;
}
