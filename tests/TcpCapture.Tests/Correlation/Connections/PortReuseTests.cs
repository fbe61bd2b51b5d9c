using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Connections;

public class PortReuseTests
{
    [Fact]
    public void AnAcceptedSynEndsATimeWaitOnItsFourTuple()
    {
        var played = new Script().Listen().Open().Send(Side.Server, "F.").Send(Side.Client, "F.").Send(Side.Server, ".").Wait(1000)
            .Open(9000, 8000).Play();

        Assert.Equal(["client S SYN_SENT/TIME_WAIT", "server S. SYN_SENT/SYN_RECV", "client . ESTABLISHED/SYN_RECV"], played.Segments[6..]);
        Assert.Equal(2, played.Connections.Count);
        Assert.Contains("server TIME_WAIT→CLOSED inferred", played.Changes);
        Assert.Equal("a new SYN takes its place", played.Change(Side.Server, TcpState.Closed).Note);
    }

    [Fact]
    public void AClientThatReusesItsOwnPortHasLeftTimeWait()
    {
        var played = new Script().Open().Send(Side.Client, "F.").Send(Side.Server, "F.").Send(Side.Client, ".").Wait(1000)
            .Open(9000, 8000).Play();

        Assert.Equal("client S SYN_SENT/?", played.Segments[6]);
        Assert.Contains("client TIME_WAIT→CLOSED inferred", played.Changes);
        Assert.Equal(2, played.Connections.Count);
    }

    [Fact]
    public void ALateSegmentBelongsToTheEndedConnection()
    {
        var played = new Script().Open().Send(Side.Client, "F.").Send(Side.Server, "F.").Send(Side.Client, ".").Wait(500)
            .Send(Side.Server, "F.", seq: 301).Play();

        Assert.Single(played.Connections);
        Assert.True(played.Segment(7).IsRetransmission);
    }

    [Fact]
    public void EightSuccessiveConnectionsFromOnePortAreEight()
    {
        var script = new Script();
        for (uint number = 0; number < 8; number++)
        {
            script.Open(1000 * (number + 1), 500 * (number + 1)).Send(Side.Client, "F.").Send(Side.Server, "F.").Send(Side.Client, ".");
        }

        var played = script.Play();

        Assert.Equal(Enumerable.Range(1, 8), played.Connections.Select(connection => connection.Number).Order());
        Assert.All(played.Connections, connection => Assert.Equal((ConnState.SF, "ShAFf"), (connection.ConnState, connection.History)));
    }
}
