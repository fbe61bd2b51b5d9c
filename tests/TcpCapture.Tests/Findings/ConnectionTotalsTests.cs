using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Queries.Filters;

namespace TcpCapture.Tests.Findings;

public class ConnectionTotalsTests
{
    [Fact]
    public void ConnectionsAreCountedByStateAndCause()
    {
        var totals = new ConnectionTotals();
        totals.Add(Connections.Of(1, clientBytes: 10, serverBytes: 20));
        totals.Add(Connections.Of(2, retransmissions: 3, beganEarlier: true));
        totals.Add(Connections.Of(3, ConnState.S0, syns: 4, retransmissions: 3));
        totals.Add(Connections.Of(4, ConnState.REJ, reset: (Side.Server, Cause.NoListener)));
        totals.Add(Connections.Of(5, ConnState.RSTO, reset: (Side.Client, Cause.LingerZero)));
        totals.Add(Connections.Of(6, ConnState.REJ, reset: (Side.Server, Cause.NoListener)));

        Assert.Equal((6, 30, 6, 2), (totals.Connections, totals.Bytes, totals.Retransmissions, totals.WithRetransmissions));
        Assert.Equal((3, 1, 1), (totals.SynRetransmissions, totals.Unanswered, totals.BeganEarlier));
        Assert.Equal((3, 1, 2), (totals.Resets, totals.ResetsByClient, totals.ResetsByServer));
        Assert.Equal([(ConnState.REJ, 2), (ConnState.SF, 2), (ConnState.RSTO, 1), (ConnState.S0, 1)], totals.ConnStates.Select(state => (state.Key, (int)state.Value)));
        Assert.Equal([(Cause.NoListener, 2), (Cause.Unanswered, 1), (Cause.LingerZero, 1)], totals.Causes.Select(cause => (cause.Key, (int)cause.Value)));
    }
}
