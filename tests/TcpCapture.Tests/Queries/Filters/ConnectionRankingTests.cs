using TcpCapture.Model;

namespace TcpCapture.Tests.Queries.Filters;

/// <summary>The first of many connections, by any column or by trouble.</summary>
public sealed class ConnectionRankingTests
{
    [Theory]
    [InlineData("trouble", "4 5 3 2 6 1")]
    [InlineData("trouble:asc", "1 6 2 3 5 4")]
    [InlineData("retransmissions", "2 5 1 3 4 6")]
    [InlineData("retransmissions:asc", "1 3 4 6 5 2")]
    [InlineData("connection", "1 2 3 4 5 6")]
    [InlineData("connection:desc", "6 5 4 3 2 1")]
    [InlineData("client", "3 1 2 4 5 6")]
    [InlineData("server_bytes", "6 1 2 3 4 5")]
    [InlineData("conn_state", "3 4 5 1 2 6")]
    [InlineData("handshake_ms:asc", "3 5 1 2 4 6")]
    [InlineData("START", "1 2 3 4 5 6")]
    public void ConnectionsAreOrdered(string sort, string expected)
    {
        var order = ConnectionOrder.TryParse(sort.Equals("START", StringComparison.Ordinal) ? "start" : sort);
        Assert.NotNull(order);
        foreach (var most in new[] { 6, 4, 1 })
        {
            var ranking = new ConnectionRanking(order, most);
            foreach (var number in new[] { 4, 1, 6, 2, 5, 3 }) ranking.Add(All.Single(connection => connection.Number == number));
            Assert.Equal(expected.Split(' ')[..most], ranking.First.Select(connection => $"{connection.Number}"));
            Assert.Equal(6, ranking.Count);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("duration:")]
    [InlineData("duration:up")]
    [InlineData("trouble:desc:asc")]
    public void OtherTextsAreNoOrder(string sort) => Assert.Null(ConnectionOrder.TryParse(sort));

    [Fact]
    public void NoneAreKeptForAMaximumOfZero()
    {
        var ranking = new ConnectionRanking(ConnectionOrder.Trouble, 0);
        foreach (var connection in All) ranking.Add(connection);
        Assert.Empty(ranking.First);
        Assert.Equal(6, ranking.Count);
    }

    private static IReadOnlyList<Connection> All { get; } =
    [
        Connections.Of(1),
        Connections.Of(2, retransmissions: 7),
        Connections.Of(3, ConnState.REJ, client: "10.0.0.0:1", handshakeMilliseconds: null, reset: (Side.Server, Cause.NoListener), clientBytes: 1),
        Connections.Of(4, ConnState.RSTO, reset: (Side.Client, Cause.Unknown)),
        Connections.Of(5, ConnState.S0, retransmissions: 1, handshakeMilliseconds: null),
        Connections.Of(6, serverBytes: 10),
    ];
}
