using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>Connect calls whose SYN has not been captured yet, in call order.</summary>
internal sealed class PendingConnects(ConnectionTable connections)
{
    /// <summary>How long after the return of a connect its SYN can still appear in the capture.</summary>
    private const long StragglerNanoseconds = 10_000_000;

    private readonly LinkedList<Pending> _pending = [];

    /// <summary>Adds a connect and the time of its return; null if it has not returned.</summary>
    public void Add(SocketEntry socket, Timestamp? returned) => _pending.AddLast(new Pending(socket, returned));

    public void NoteReturned(SocketEntry socket, Timestamp? returned)
    {
        for (var node = _pending.First; node is not null; node = node.Next)
            if (node.Value.Socket == socket) node.Value = node.Value with { Returned = returned };
    }

    /// <summary>Removes and returns the connection of the connect call that sent this SYN.</summary>
    public Connection? Take(in Endpoint source, in Endpoint destination, Timestamp time)
    {
        DropStragglers(time);
        for (var node = _pending.First; node is not null; node = node.Next)
        {
            var socket = node.Value.Socket;
            if (socket.Remote != destination || (socket.Local ?? source) != source) continue;
            _pending.Remove(node);
            return socket.Connection;
        }

        return null;
    }

    /// <summary>The connection that the peer's connect began: a simultaneous open is one connection.</summary>
    public Connection? FindCrossing(Side side, Endpoint local, Endpoint remote)
    {
        foreach (var (socket, _) in _pending)
            if (socket.Side != side && socket.Local == remote && socket.Remote == local) return socket.Connection;

        return connections.Find(new FourTuple(local, remote))?.Current is { Client.State: TcpState.SynSent } opening
            && side == Side.Server && opening.Client.Address == remote ? opening : null;
    }

    /// <summary>Abandons connects that returned and whose SYN was not captured in time.</summary>
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
