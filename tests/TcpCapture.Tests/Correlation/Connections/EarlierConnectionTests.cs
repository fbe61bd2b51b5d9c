using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Connections;

/// <summary>Connections and listeners from before the recording.</summary>
public class EarlierConnectionTests
{
    [Fact]
    public void AFoundSocketIsAStateWithoutAChange()
    {
        var played = new Script()
            .Find(null, TcpState.Listen, SocketKind.Listener).Find(Side.Client, TcpState.Established)
            .Find(Side.Server, TcpState.Established)
            .Wait(5).Send(Side.Client, "P.", 10, seq: 500, ack: 900).Play();

        Assert.Equal(
            ["listener LISTEN→LISTEN sampled", "client ESTABLISHED→ESTABLISHED sampled", "server ESTABLISHED→ESTABLISHED sampled"], played.Changes);
        Assert.All(played.Events.Take(3), found => Assert.True(found.IsFound));
        Assert.Equal(["client P. ESTABLISHED/ESTABLISHED"], played.Segments);
        Assert.True(Assert.Single(played.Connections).BeganEarlier);
    }

    [Fact]
    public void AnIdleConnectionIsFoundAndItsListenersEndIsTheServer()
    {
        var played = new Script().Find(null, TcpState.Listen, SocketKind.Listener)
            .Find(Side.Server, TcpState.Established).Find(Side.Client, TcpState.CloseWait).Play();

        var connection = Assert.Single(played.Connections);
        Assert.Equal(Script.ServerAddress, connection.Server.Address);
        Assert.Equal((TcpState.CloseWait, TcpState.Established), (connection.Client.FinalState, connection.Server.FinalState));
        Assert.Empty(played.Segments);
    }

    [Fact]
    public void ALaterChangeStartsFromTheFoundState()
    {
        var played = new Script().Find(Side.Client, TcpState.Established).Find(Side.Server, TcpState.Established)
            .Wait(5).Send(Side.Client, "F.", seq: 500, ack: 900).Send(Side.Server, ".", seq: 900, ack: 501).Play();

        Assert.Equal(
            ["client ESTABLISHED→FIN_WAIT_1 inferred", "server ESTABLISHED→CLOSE_WAIT inferred", "client FIN_WAIT_1→FIN_WAIT_2 inferred"],
            played.Changes[2..]);
    }

    [Theory]
    [InlineData(Side.Client, TcpState.TimeWait, nameof(SocketKind.TimeWait))]
    [InlineData(Side.Server, TcpState.TimeWait, nameof(SocketKind.TimeWait))]
    [InlineData(Side.Client, TcpState.Established, nameof(SocketKind.Full))]
    public void ASynOnTheSameFourTupleOpensAnotherConnection(Side side, TcpState state, string kind)
    {
        var played = new Script().Find(side, state, Enum.Parse<SocketKind>(kind)).Wait(5).Open().Play();

        Assert.Equal([true, false], played.Connections.OrderBy(connection => connection.Number).Select(connection => connection.BeganEarlier));
        Assert.StartsWith("client S SYN_SENT/", played.Segments[0]);
        Assert.Equal(TcpState.Established, played.Connections.Single(connection => !connection.BeganEarlier).Client.FinalState);
    }

    [Theory]
    [InlineData(Side.Client, TcpState.SynSent, nameof(SocketKind.Full))]
    [InlineData(Side.Server, TcpState.SynRecv, nameof(SocketKind.Request))]
    public void ARetransmittedSynBelongsToTheFoundOpening(Side side, TcpState state, string kind)
    {
        var played = new Script().Find(null, TcpState.Listen, SocketKind.Listener).Find(side, state, Enum.Parse<SocketKind>(kind))
            .Wait(5).Open().Play();

        Assert.True(Assert.Single(played.Connections).BeganEarlier);
        Assert.Equal(TcpState.Established, played.Connections[0].Server.FinalState);
    }

    [Fact]
    public void ASegmentShowsAConnectionThatNoListingFound()
    {
        var played = new Script().Send(Side.Server, "P.", 10, seq: 900, ack: 500).Play();

        Assert.Equal(["server P. ESTABLISHED/ESTABLISHED"], played.Segments);
        Assert.True(Assert.Single(played.Connections).BeganEarlier);
        Assert.Equal(Script.ServerAddress, played.Connections[0].Server.Address);
    }
}
