using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation;

public class TraceBookTests
{
    private static readonly Endpoint Server = Endpoint.FromBytes([127, 0, 0, 1], 80);
    private static readonly Endpoint Client = Endpoint.FromBytes([127, 0, 0, 1], 4711);

    [Fact]
    public void AnEventWithoutAPortJoinsItsEndByItsSocket()
    {
        var book = new TraceBook();
        book.Add(Event(1, Client.WithPort(0), socket: 7));
        book.Add(Event(2, Client.WithPort(0), socket: 8));
        book.Add(Event(3, Client, socket: 7));
        var events = book.Of(new FourTuple(Client, Server));
        Assert.Equal([1L, 3L], events.Select(trace => trace.Ordinal));
        Assert.All(events, trace => Assert.Equal(Client, trace.Local));
        Assert.Empty(book.Of(new FourTuple(Server, Client)));
    }

    [Fact]
    public void BeyondItsBoundTheEarliestEndsAreForgotten()
    {
        var book = new TraceBook(capacity: 10);
        for (var i = 1; i <= 25; i++) book.Add(Event(i, Client.WithPort((ushort)i), socket: (ulong)i));
        Assert.Equal(15, book.Forgotten);
        Assert.Empty(book.Of(new FourTuple(Client.WithPort(15), Server)));
        Assert.Single(book.Of(new FourTuple(Client.WithPort(16), Server)));
    }

    [Fact]
    public void WhatIsForgottenOnRequestMakesRoom()
    {
        var book = new TraceBook(capacity: 10);
        for (var i = 1; i <= 100; i++)
        {
            book.Add(Event(i, Client, socket: 7));
            book.Forget(new FourTuple(Client, Server));
        }

        Assert.Equal(0, book.Forgotten);
    }

    private static KernelEvent Event(long ordinal, Endpoint local, ulong socket) => new()
    {
        Time = new Timestamp(ordinal),
        Kind = KernelEventKind.StateChange,
        Local = local,
        Remote = Server,
        SocketAddress = socket,
        Ordinal = ordinal,
    };
}
