using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// Connections that were open before the recording began. A segment or the first listing of sockets shows them; the server is
/// guessed from <paramref name="listeners"/> and <paramref name="ports"/>.
/// </summary>
internal sealed class EarlierConnections(
    ConnectionTable connections, Listeners listeners, IReadOnlyList<ushort> ports, EventWriter writer)
{
    /// <summary>Opens the connection of a segment without a captured SYN.</summary>
    public ConnectionTable.Slot Open(in Segment segment)
    {
        // The sender of a SYN-ACK is the server.
        var sourceIsServer = segment.Has(TcpFlags.Syn) || IsServer(segment.Source, segment.Destination);
        var connection = Create(segment.Time, segment.FourTuple, sourceIsServer);
        if (segment.Has(TcpFlags.Syn))
        {
            // It acknowledges the ISN of the client plus one.
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

    /// <summary>Infers the state of an end on another host from the sampled end when a segment passes.</summary>
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

    /// <summary>Opens the connection of a listed socket, or sets the state of its end.</summary>
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

    private Connection Create(Timestamp start, FourTuple fourTuple, bool localIsServer) => localIsServer
        ? connections.Create(start, fourTuple.Remote, fourTuple.Local, beganEarlier: true)
        : connections.Create(start, fourTuple.Local, fourTuple.Remote, beganEarlier: true);

    /// <summary>The server has a listener; else a port of the recording; else the lower port.</summary>
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
