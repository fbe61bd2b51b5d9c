using TcpCapture.Model;
using TcpCapture.States;

namespace TcpCapture.Tests.States;

public class WatchListTests
{
    private static readonly Endpoint Local = Parse("[2001:db8::1]:4711");
    private static readonly FourTuple Connection = new(Local, Parse("[2001:db8::2]:80"));

    [Fact]
    public void ConnectionThatNeverShowsUpLeavesAfterItsTime()
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
    public void ListenerStaysThoughNobodyListens()
    {
        var list = new WatchList();
        Assert.True(list.AddListener(Local));
        Assert.True(list.TryAdmit(0, out _));
        for (var round = 0; round < 1000; round++) list.RemoveEnded(long.MaxValue);
        Assert.False(list.AddListener(Local));
    }

    [Fact]
    public void ConnectionToItselfHasOneEnd()
    {
        var list = new WatchList();
        Assert.True(list.Add(new FourTuple(Local, Local)));
        Assert.True(list.TryAdmit(0, out var entry));
        Assert.Equal(1, entry.Ends.Length);
    }

    [Fact]
    public async Task DirectionsAddedAtOnceByManyThreadsAreOneConnection()
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

    private static Endpoint Parse(string text) =>
        Endpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);
}
