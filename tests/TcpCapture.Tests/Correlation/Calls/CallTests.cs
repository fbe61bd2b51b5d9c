using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Calls;

public class CallTests
{
    [Fact]
    public void ALongCallHasARowAtItsBeginAndOneAtItsReturn()
    {
        var played = new Script().Listen().Call(Side.Server, "accept", 1, result: 3, took: 3000, local: Script.ServerAddress,
            remote: Endpoint.FromBytes([10, 0, 0, 1], 40000)).Wait(1000).Open().Play();

        var begun = played.Call("accept");
        var returned = played.Events.Single(e => e.IsResumed);
        Assert.Equal((null, 1, begun.Number), (begun.Connection, returned.Connection!.Number, returned.CausedBy));
        Assert.Equal("begun 3.000000000 s before", returned.Note);
        Assert.True(returned.Number > played.Segment(3).Number);
    }

    [Fact]
    public void ALongConnectReturnsBecauseOfTheSynAck()
    {
        var played = new Script().Call(Side.Client, "connect", 2, took: 1500).Send(Side.Client, "S", seq: 100).Wait(1490)
            .Send(Side.Server, "S.", seq: 300).Play();

        Assert.Equal(played.Segment(2).Number, played.Events.Single(e => e.IsResumed).CausedBy);
    }

    [Fact]
    public void ACallThatNeverReturnsSaysSo() => Assert.Equal(
        "had not returned when this row was written", new Script().Call(Side.Client, "connect", 2, took: null).Play().Events[0].Note);

    [Fact]
    public void AConnectWithoutACapturedSynIsAConnectionWithoutSegments()
    {
        var played = new Script().Call(Side.Client, "connect", 2, result: -1, error: "ENETUNREACH").Play();

        Assert.Equal(0, Assert.Single(played.Connections).Client.Segments);
    }

    [Fact]
    public void ConcurrentConnectsMatchTheirOwnSyns()
    {
        var first = Endpoint.FromBytes([10, 0, 0, 1], 40001);
        var second = Endpoint.FromBytes([10, 0, 0, 1], 40002);
        var played = new Script().Call(Side.Client, "connect", 2, took: 20, local: first)
            .Call(Side.Client, "connect", 3, took: 20, local: second)
            .From(40002).Send(Side.Client, "S", seq: 200).From(40001).Send(Side.Client, "S", seq: 100).Play();

        Assert.Equal([2, 1], new[] { played.Segment(1), played.Segment(2) }.Select(e => e.Connection!.Number));
        Assert.Equal([2, 1], new[] { played.Segment(1), played.Segment(2) }.Select(e => e.CausedBy));
    }

    [Fact]
    public void CallsOnASocketWithoutConnectionHaveNone()
    {
        var played = new Script().Call(Side.Client, "socket", 0, result: 2).Call(Side.Client, "bind", 2)
            .Call(Side.Client, "fork", 0).Play();

        Assert.All(played.Events, e => Assert.Null(e.Connection));
    }

    [Fact]
    public void ASampleDuringACallIsWrittenBeforeItsReturn()
    {
        var played = new Script().Open().Call(Side.Client, "accept", 9, took: 5000).Wait(2000)
            .Sample(Side.Client, TcpState.Established, TcpState.Closed).Play();

        Assert.True(played.Change(Side.Client, TcpState.Closed).Number < played.Events.Single(e => e.IsResumed).Number);
    }
}
