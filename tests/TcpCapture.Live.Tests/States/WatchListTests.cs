using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States;

public class WatchListTests
{
    private static readonly Endpoint Local = Parse("[2001:db8::1]:4711");
    private static readonly FourTuple Connection = new(Local, Parse("[2001:db8::2]:80"));

    [Fact]
    public void AConnectionThatNeverAppearsLeavesAfterATimeout()
    {
        var list = new WatchList();
        Assert.True(list.Add(Connection));
        Assert.True(list.TryAdmit(now: 1000, out _));
        list.RemoveEnded(1000 + WatchList.MillisecondsToAppear - 1);
        Assert.False(list.IsEmpty);
        list.RemoveEnded(1000 + WatchList.MillisecondsToAppear);
        Assert.True(list.IsEmpty);
        Assert.False(list.TryFind(Connection.Reverse(), out _));
        Assert.True(list.Add(Connection));
    }

    [Fact]
    public void AMissingListenerStaysInTheList()
    {
        var list = new WatchList();
        Assert.True(list.AddListener(Local));
        Assert.True(list.TryAdmit(0, out _));
        for (var round = 0; round < 1000; round++) list.RemoveEnded(long.MaxValue);
        Assert.False(list.AddListener(Local));
    }

    [Fact]
    public void AConnectionToItselfHasOneEnd()
    {
        var list = new WatchList();
        Assert.True(list.Add(new FourTuple(Local, Local)));
        Assert.True(list.TryAdmit(0, out var entry));
        Assert.Equal(1, entry.Ends.Length);
    }

    [Fact]
    public async Task BothDirectionsAddedConcurrentlyAreOneConnection()
    {
        for (var round = 0; round < 200; round++)
        {
            var list = new WatchList();
            var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(
                i => Task.Run(() => list.Add(i % 2 == 0 ? Connection : Connection.Reverse()))));
            Assert.Single(added, wasAdded => wasAdded);
            Assert.True(list.TryAdmit(0, out _));
            Assert.False(list.TryAdmit(0, out _));
        }
    }

    [Fact]
    public void ManySocketsInTimeWaitRestUntilShortlyBeforeTheirTimerEnds()
    {
        var list = WithTimeWaits(WatchList.Few + 1, timer: 60_000, out var first);
        list.RemoveEnded(now: 1000);
        Assert.Empty(list.Entries);
        Assert.False(list.IsEmpty);
        Assert.True(list.TryFind(first, out _));

        list.WakeRested(1000 + WatchList.MaxRest - 1);
        Assert.Empty(list.Entries);
        list.WakeRested(1000 + WatchList.MaxRest);
        Assert.Equal(WatchList.Few + 1, list.Entries.Count);
        See(list, timer: 300);
        list.RemoveEnded(6000);
        list.WakeRested(6000 + 300 - WatchList.MillisecondsBeforeTimer - 1);
        Assert.Empty(list.Entries);
        list.WakeRested(6000 + 300 - WatchList.MillisecondsBeforeTimer);
        Assert.Equal(WatchList.Few + 1, list.Entries.Count);
    }

    [Fact]
    public void FewSocketsInTimeWaitAreSampledInEveryRound()
    {
        var list = WithTimeWaits(WatchList.Few, timer: 60_000, out _);
        list.RemoveEnded(1000);
        Assert.Equal(WatchList.Few, list.Entries.Count);
    }

    [Fact]
    public void ASegmentWakesARestingEntry()
    {
        var list = WithTimeWaits(WatchList.Few + 1, timer: 60_000, out var first);
        list.RemoveEnded(1000);
        Assert.True(list.Add(first.Reverse()));
        Assert.False(list.Add(first)); // once
        Assert.True(list.TryAdmit(1001, out var woken));
        Assert.Equal(first, woken.Ends[0].End);
        Assert.Single(list.Entries);
        list.RemoveEnded(1001);
        Assert.Empty(list.Entries); // nothing has changed, so the entry rests again

        // The timer of the interrupted rest is ignored.
        list.WakeRested(1000 + WatchList.MaxRest);
        Assert.Equal(WatchList.Few, list.Entries.Count);
        list.WakeRested(1001 + WatchList.MaxRest);
        Assert.Equal(WatchList.Few + 1, list.Entries.Count);
    }

    [Fact]
    public void TheNumberOfRestingEntriesIsBoundedAndDoesNotCountAsWatched()
    {
        var list = new WatchList(capacity: WatchList.Few + 1);
        for (var i = 0; i < WatchList.MaxResting + 100; i++)
        {
            Assert.True(list.Add(Number(i)));
            Assert.True(list.TryAdmit(0, out _));
            See(list, timer: 60_000);
            list.RemoveEnded(i);
        }

        Assert.Equal(0, list.Refused);
        Assert.False(list.TryFind(Number(50), out _)); // the oldest were dropped
        Assert.True(list.TryFind(Number(WatchList.MaxResting + 50), out _));
    }

    private static FourTuple Number(int i) => new(Local.WithPort((ushort)(i % 60_000 + 1)), Parse("[2001:db8::2]:80"));

    private static WatchList WithTimeWaits(int count, uint timer, out FourTuple first)
    {
        var list = new WatchList();
        for (var i = 0; i < count; i++)
        {
            Assert.True(list.Add(Number(i)));
            Assert.True(list.TryAdmit(0, out _));
        }

        See(list, timer);
        first = Number(0);
        return list;
    }

    /// <summary>Samples each connection: the client's end is in TIME_WAIT, the server's end is gone.</summary>
    private static void See(WatchList list, uint timer)
    {
        foreach (var entry in list.Entries)
        {
            entry.Ends[0].Observe(new SocketReading(default, default, new SocketSnapshot
            {
                State = TcpState.TimeWait,
                Kind = SocketKind.TimeWait,
                Timer = SocketTimer.TimeWait,
                TimerMilliseconds = timer,
            }));
            entry.Ends[1].Observe(new SocketReading(default, default, SocketSnapshot.Absent));
        }
    }

    private static Endpoint Parse(string text) =>
        Endpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);
}
