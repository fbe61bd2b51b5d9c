using TcpCapture.Model;
using TcpCapture.Recordings.Merging;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Merging;

/// <summary>The offset of two hosts' clocks, from real segments. Both recordings are of one machine, so the true offset is the</summary>
// test's: hours in either direction, and a drift of 100 ppm.
[Collection(TwoHostsCollection.Name)]
public sealed class ClockTests(TwoRecordings recordings)
{
    private const long Hour = 3_600_000_000_000;

    public static TheoryData<long, int, bool> Clocks => new(
        from offset in (long[])[-Hour, -1_000_000_007, -250_000, 0, 250_000, Hour]
        from drift in (int[])[-100, 0, 100]
        from isFirst in (bool[])[false, true]
        select (offset, drift, isFirst));

    [Theory]
    [MemberData(nameof(Clocks))]
    public void TheTruthIsWithinTheBounds(long offset, int driftPpm, bool clientIsOff)
    {
        using var folder = new TestFolder();
        var client = Recording.Open(recordings.Client);
        var server = Recording.Open(recordings.Server);
        var start = (clientIsOff ? client : server).Info.Start;
        var other = OtherClock.Copy(clientIsOff ? client : server, folder.Path + "/other", offset, driftPpm);
        var path = folder.Path + "/merged";
        new RecordingMerge(clientIsOff ? server : client, other, folder.Path + "/work").Write(path);
        var merged = Recording.Open(path);

        var clock = merged.Info.PeerClock!;
        Assert.Empty(clock.Changes);
        var truth = OtherClock.OffsetAt(clock.Time, start, offset, driftPpm);
        Assert.InRange(truth, clock.OffsetNanoseconds - clock.ErrorNanoseconds, clock.OffsetNanoseconds + clock.ErrorNanoseconds);
        Assert.InRange(driftPpm, clock.DriftPpm - clock.DriftErrorPpm, clock.DriftPpm + clock.DriftErrorPpm);
        AssertWays(merged, HostFrames.Of(clientIsOff ? server : client), HostFrames.Of(clientIsOff ? client : server), clock);
    }

    /// <summary>Each delay is within the stated error, and the error is as small as the shortest round trip allows.</summary>
    private static void AssertWays(Recording merged, HostFrames first, HostFrames second, ClockRelation clock)
    {
        var ways = new List<(int Host, Timestamp Sent, Timestamp Arrived)>();
        var lost = 0;
        foreach (var (time, passage) in Passages.Of(merged))
        {
            Assert.Equal(PassageKind.Sent, passage.Kind);
            var (own, peer) = passage.Host == 0 ? (first, second) : (second, first);
            var sent = own[(int)passage.HostFrame - 1];
            if (passage.Arrival is not { } arrival)
            {
                lost++;
                Assert.DoesNotContain(peer, other => IsSame(other, sent));
                continue;
            }

            var arrived = peer[(int)passage.ArrivalFrame - 1];
            Assert.True(IsSame(arrived, sent));
            ways.Add((passage.Host, sent.Time, arrived.Time));
            var (delay, error) = (arrival - time, passage.ArrivalErrorNanoseconds!.Value);
            Assert.InRange(arrived.Time - sent.Time, delay - error - 2, delay + error + 2);
        }

        Assert.InRange(lost, 1, 3);
        Assert.Equal(first.Count + second.Count, 2 * ways.Count + lost);
        Assert.InRange(2 * clock.ErrorNanoseconds, 0, HostFrames.SmallestRoundTrip(ways));
    }

    private static bool IsSame(in Segment one, in Segment other) =>
        (one.Seq, one.Ack, one.Flags, one.Length, one.Options.TsVal, one.Options.TsEcr) == (other.Seq, other.Ack, other.Flags, other.Length, other.Options.TsVal, other.Options.TsEcr);
}
