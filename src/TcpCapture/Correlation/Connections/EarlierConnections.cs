using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// Connections that were open before the recording began. A segment shows them, or the first listing of
/// sockets; which end is the server has to be guessed.
/// </summary>
/// <param name="connections">Where they are entered.</param>
/// <param name="listeners">A listening address is a server's.</param>
/// <param name="ports">The ports that were asked for: servers', most likely.</param>
/// <param name="writer">Writes what a sample found.</param>
internal sealed class EarlierConnections(
    ConnectionTable connections, Listeners listeners, IReadOnlyList<ushort> ports, EventWriter writer)
{
    /// <summary>Opens the connection of a segment whose SYN was not seen.</summary>
    public ConnectionTable.Slot Open(in Segment segment)
    {
        // A SYN-ACK tells who is who.
        var sourceIsServer = segment.Has(TcpFlags.Syn) || IsServer(segment.Source, segment.Destination);
        var connection = Create(segment.Time, segment.FourTuple, sourceIsServer);
        if (segment.Has(TcpFlags.Syn))
        {
            // What it answers is a SYN with the sequence number before.
            Assume(connection.Client, TcpState.SynSent);
            connection.Client.OpenStream(unchecked(segment.Ack - 1));
            connection.Client.Advance(segment.Ack);
        }
        else if (!segment.Has(TcpFlags.Rst))
        {
            Assume(connection.Client, TcpState.Established);
            Assume(connection.Server, TcpState.Established);
        }

        return connections.Place(connection);
    }

    /// <summary>
    /// A segment of a connection of which only one end was sampled: the other end is on another host, and what it sends or is
    /// sent shows that it has a socket, in the state that goes with this one's.
    /// </summary>
    public static void Complete(Connection connection, in Segment segment)
    {
        if (!connection.WasFound || connection.Client.IsKnown == connection.Server.IsKnown || segment.Has(TcpFlags.Rst)) return;
        var (known, unknown) = connection.Client.IsKnown ? (connection.Client, connection.Server) : (connection.Server, connection.Client);
        TcpState? state = known.State switch
        {
            TcpState.Established or TcpState.FinWait1 => TcpState.Established,
            TcpState.CloseWait or TcpState.LastAck => TcpState.FinWait2,
            TcpState.FinWait2 => TcpState.CloseWait,
            TcpState.SynRecv => TcpState.SynSent,
            TcpState.Closing => TcpState.Closing,
            _ => null,
        };
        if (state is { } assumed) Assume(unknown, assumed);
    }

    /// <summary>Opens the connection of a socket that was listed, or tells the state of its end.</summary>
    public void Open(SocketSample found)
    {
        var fourTuple = new FourTuple(found.Local, found.Remote);
        var slot = connections.Find(fourTuple);
        if (slot is null)
        {
            slot = connections.Place(Create(found.NotAfter, fourTuple, IsServer(found.Local, found.Remote)));
            slot.Current.WasFound = true;
        }

        var connection = slot.Current;
        var end = connection[slot.SideOf(found.Local)];
        end.LastSample = found;
        if (end.IsKnown && end.State == found.State) return;
        connection.End = Timestamp.Max(connection.End, found.NotAfter);
        writer.Found(connection, end, found);
        connections.Settle(connection, found.NotAfter);
    }

    private Connection Create(Timestamp start, FourTuple fourTuple, bool localIsServer)
    {
        var connection = localIsServer
            ? connections.Create(start, fourTuple.Remote, fourTuple.Local)
            : connections.Create(start, fourTuple.Local, fourTuple.Remote);
        connection.BeganEarlier = true;
        return connection;
    }

    /// <summary>A listener's port is a server's; else one that was asked for; else the lower one.</summary>
    private bool IsServer(Endpoint one, Endpoint other)
    {
        if (listeners.Find(one) is not null) return true;
        if (listeners.Find(other) is not null) return false;
        var (isAsked, otherIsAsked) = (ports.Contains(one.Port), ports.Contains(other.Port));
        return isAsked != otherIsAsked ? isAsked : one.Port < other.Port;
    }

    private static void Assume(ConnectionEnd end, TcpState state)
    {
        end.State = state;
        end.IsKnown = true;
    }
}
