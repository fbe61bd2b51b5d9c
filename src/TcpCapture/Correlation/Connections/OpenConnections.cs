using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>Limits the number of open connections, so that a SYN flood or a very large capture file does not exhaust memory.</summary>
/// <remarks>
/// Connections with segments of only one end have their own limit, and the oldest is dropped first, so that unanswered SYNs do
/// not displace live connections. Of the others, one that has been silent is dropped. A list in order of the last segment would
/// cost time at every segment. Instead connections queue in the order they began, and a connection with segments since it was
/// queued is queued again ("second chance" page replacement).
/// </remarks>
internal sealed class OpenConnections(int maxOneSided, int maxOpen)
{
    /// <summary>Number of connections checked for silence before the next one is dropped anyway.</summary>
    private const int MaxChecked = 64;

    private readonly Queue<Waiting> _oneSided = new();
    private readonly Queue<Waiting> _open = new();

    public void Add(ConnectionTable.Slot slot) => _oneSided.Enqueue(Waiting.Of(slot));

    /// <summary>The slot to drop because too many are open; null if none is.</summary>
    public ConnectionTable.Slot? Excess()
    {
        while (_oneSided.Count > maxOneSided)
        {
            var waiting = _oneSided.Dequeue();
            if (!waiting.IsStillThere) continue;
            if (waiting.Slot.Current is { Client.Segments: > 0, Server.Segments: > 0 }) _open.Enqueue(Waiting.Of(waiting.Slot));
            else return waiting.Slot;
        }

        for (var checks = 0; _open.Count > maxOpen;)
        {
            var waiting = _open.Dequeue();
            if (!waiting.IsStillThere) continue;
            if (waiting.Slot.Current.End == waiting.Seen || ++checks > MaxChecked) return waiting.Slot;
            _open.Enqueue(Waiting.Of(waiting.Slot));
        }

        return null;
    }

    /// <summary>A queued connection, by ordinal: its four-tuple may have been reused since.</summary>
    private readonly record struct Waiting(ConnectionTable.Slot Slot, int Ordinal, Timestamp Seen)
    {
        public bool IsStillThere => !Slot.IsGone && Slot.Current.Ordinal == Ordinal && !Slot.Current.IsSettled;

        public static Waiting Of(ConnectionTable.Slot slot) => new(slot, slot.Current.Ordinal, slot.Current.End);
    }
}
