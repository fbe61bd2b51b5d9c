using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>Sockets whose connect was called and whose SYN has not been captured yet, in the order of the calls.</summary>
internal sealed class PendingConnects(ConnectionTable connections)
{
    /// <summary>How long after a failed connect its SYN may still show up in the capture's order.</summary>
    private const long StragglerNanoseconds = 10_000_000;

    private readonly LinkedList<Pending> _pending = [];

    /// <summary>A connect was called, and returned then; null if its socket still waits for the answer.</summary>
    public void Add(SocketEntry socket, Timestamp? returned) => _pending.AddLast(new Pending(socket, returned));

    /// <summary>The socket's connect has returned.</summary>
    public void NoteReturned(SocketEntry socket, Timestamp? returned)
    {
        for (var node = _pending.First; node is not null; node = node.Next)
            if (node.Value.Socket == socket) node.Value = node.Value with { Returned = returned };
    }

    /// <summary>The connection a connect call asked for whose SYN this is.</summary>
    public Connection? Take(in Segment syn)
    {
        DropStragglers(syn.Time);
        for (var node = _pending.First; node is not null; node = node.Next)
        {
            var socket = node.Value.Socket;
            if (socket.Remote != syn.Destination || (socket.Local ?? syn.Source) != syn.Source) continue;
            _pending.Remove(node);
            return socket.Connection;
        }

        return null;
    }

    /// <summary>
    /// The connection the peer's own connect has asked for, from the address this one goes to, to the one it comes from: a
    /// simultaneous open makes one connection, whose client is who asked first.
    /// </summary>
    public Connection? FindCrossing(Side side, Endpoint local, Endpoint remote)
    {
        foreach (var pending in _pending)
        {
            if (pending.Socket.Side != side && pending.Socket.Local == remote && pending.Socket.Remote == local)
                return pending.Socket.Connection;
        }

        return connections.Find(new FourTuple(local, remote))?.Current is { Client.State: TcpState.SynSent } opening
            && side == Side.Server && opening.Client.Address == remote ? opening : null;
    }

    /// <summary>A connect that returned without a SYN having been captured will get none: its connection is over.</summary>
    public void DropStragglers(Timestamp now)
    {
        for (var node = _pending.First; node is not null;)
        {
            var pending = node;
            node = node.Next;
            if (pending.Value.Returned is not { } returned || now - returned <= StragglerNanoseconds) continue;
            _pending.Remove(pending);
            if (pending.Value.Socket.Connection is { } connection) connections.Abandon(connection);
        }
    }

    private sealed record Pending(SocketEntry Socket, Timestamp? Returned);
}
