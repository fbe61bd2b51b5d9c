using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Finds the connection of a segment: the one on its four-tuple, a new one, or the previous one.</summary>
internal sealed class SegmentOwners(ConnectionTable connections, EarlierConnections earlier, CallCorrelator calls, EventWriter writer)
{
    /// <summary>The slot of a segment's four-tuple, created if <paramref name="known"/> is null.</summary>
    public ConnectionTable.Slot SlotOf(in Segment segment, ConnectionTable.Slot? known) =>
        known is null ? Open(segment) : Adopt(known, segment);

    /// <summary>
    /// The connection of a segment. The ACK of the server's old socket, and the RST that ends it, have the previous
    /// connection's sequence numbers.
    /// </summary>
    public static Connection OwnerOf(ConnectionTable.Slot slot, Side sender, in Segment segment)
    {
        if (slot.Previous is not { } previous || segment.Has(TcpFlags.Syn)) return slot.Current;
        var expected = sender == Side.Server ? previous.Server.SndNxt : previous.Server.RcvNxt;
        return slot.Current.Server.IssKnown || segment.Seq != expected ? slot.Current : previous;
    }

    private ConnectionTable.Slot Open(in Segment segment) =>
        SegmentCause.IsSynAlone(segment) ? Open(null, segment) : earlier.Open(segment);

    /// <summary>Assigns a segment to the current connection or to a new one that replaces it.</summary>
    private ConnectionTable.Slot Adopt(ConnectionTable.Slot slot, in Segment segment)
    {
        if (SegmentCause.IsSynAlone(segment))
        {
            if (OpensAnother(slot, segment)) return Open(slot, segment);
            var current = slot.Current;
            if (segment.Source == current.Client.Address && segment.Time <= current.Start) current.BeganEarlier = false;
        }

        if (slot.Current.WasFound) EarlierConnections.Complete(slot.Current, segment);
        return slot;
    }

    private static bool OpensAnother(ConnectionTable.Slot slot, in Segment segment)
    {
        var current = slot.Current;
        if (segment.Source == current.Client.Address)
        {
            if (current.Client.IssKnown) return current.Client.Iss != segment.Seq || WasClosed(current, segment);
            return (current.Client.HasSent || WasOpenedEarlier(current)) && !IsLateInFile(current, segment);
        }

        return current.Client.State != TcpState.SynSent || (current.Server.IssKnown && current.Server.Iss != segment.Seq);
    }

    /// <summary>True if both ends had closed long ago: the SYN opens another connection, although its number is the same.</summary>
    private static bool WasClosed(Connection current, in Segment segment) =>
        current is { Client.FinEvent: not 0, Server.FinEvent: not 0, IsSettled: true } && segment.Time - current.End > 1_000_000_000;

    /// <summary>True for a SYN that a file holds after the first segments of its connection, although its time is before theirs.</summary>
    private static bool IsLateInFile(Connection current, in Segment segment)
    {
        const uint maxDistance = 1 << 20;
        return current.BeganEarlier && segment.Time < current.Start
            && unchecked(current.Client.SndNxt - segment.Seq - 1) < maxDistance;
    }

    /// <summary>True if a sample found it with its SYN long past: a port in TIME_WAIT is reused soon.</summary>
    private static bool WasOpenedEarlier(Connection connection) =>
        connection.WasFound
        && (connection.Client.IsKnown ? connection.Client.State != TcpState.SynSent : connection.Server.State != TcpState.SynRecv);

    private ConnectionTable.Slot Open(ConnectionTable.Slot? old, in Segment segment)
    {
        if (old is not null && ConnectionTable.IsAlive(old.Current.Client) && old.Current.Client.Address == segment.Source)
        {
            writer.Change(old.Current, old.Current.Client, TcpState.Closed, new EventWriter.Reason(segment.Time)
            {
                NotBefore = old.Current.End,
                NotAfter = segment.Time,
                Note = "its port opens another connection: the old socket is gone",
            });
        }

        var connection = calls.TakePendingConnect(segment)
            ?? connections.Create(segment.Time, segment.Source, segment.Destination);
        connection.Client.Address = segment.Source;
        connection.FirstSyn = segment.Time;
        if (old is { Current.Client: { IssKnown: true } client } && client.Iss == segment.Seq) old.Current.ContinueWith(connection);
        return connections.Place(connection);
    }
}
