using System.Net;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Connections;

/// <summary>Which connection is dropped when too many are open.</summary>
public class OpenConnectionsTests
{
    private int _number;

    [Fact]
    public void OfOneSidedConnectionsTheOldestIsDropped()
    {
        var open = new OpenConnections(maxOneSided: 3, maxOpen: 3);
        var slots = Enumerable.Range(0, 5).Select(_ => Add(open, isAnswered: false)).ToArray();
        Assert.Same(slots[0], Leave(open));
        Assert.Same(slots[1], Leave(open));
        Assert.Null(open.Excess());
    }

    [Fact]
    public void UnansweredSynsDoNotDisplaceLiveConnections()
    {
        var open = new OpenConnections(maxOneSided: 3, maxOpen: 3);
        var living = Add(open, isAnswered: true);
        var flood = Enumerable.Range(0, 10).Select(_ => Add(open, isAnswered: false)).ToArray();
        var gone = new List<ConnectionTable.Slot>();
        while (Leave(open) is { } slot) gone.Add(slot);
        Assert.Equal(flood[..7], gone);
        Assert.DoesNotContain(living, gone);
    }

    [Fact]
    public void OfTheOthersASilentOneIsDroppedAndAnActiveOneStays()
    {
        var open = new OpenConnections(maxOneSided: 0, maxOpen: 2);
        var busy = Add(open, isAnswered: true);
        var silent = Add(open, isAnswered: true);
        Assert.Null(open.Excess());
        busy.Current.End = new Timestamp(1_000);
        Add(open, isAnswered: true);
        Assert.Same(silent, Leave(open));
        Assert.Null(open.Excess());
    }

    [Fact]
    public void EndedAndRemovedConnectionsAreNotCounted()
    {
        var open = new OpenConnections(maxOneSided: 1, maxOpen: 1);
        var over = Add(open, isAnswered: false);
        over.Current.Client.State = TcpState.Closed;
        var left = Add(open, isAnswered: false);
        left.Leave();
        Add(open, isAnswered: false);
        Assert.Null(open.Excess());
    }

    private static ConnectionTable.Slot? Leave(OpenConnections open)
    {
        var slot = open.Excess();
        slot?.Leave();
        return slot;
    }

    private ConnectionTable.Slot Add(OpenConnections open, bool isAnswered)
    {
        var connection = new Connection(
            ++_number, default, Endpoint.From(IPAddress.Parse("10.0.0.1"), _number), Endpoint.From(IPAddress.Parse("10.0.0.2"), 80));
        connection.Client.State = TcpState.SynSent;
        connection.Client.Segments = 1;
        if (isAnswered) connection.Server.Segments = 1;
        var slot = new ConnectionTable.Slot(connection);
        open.Add(slot);
        return slot;
    }
}
