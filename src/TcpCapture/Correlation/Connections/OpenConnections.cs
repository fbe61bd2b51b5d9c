using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// Keeps the number of connections that are open within what memory may hold, whoever sends the segments: a flood of SYNs, or a
/// capture of a whole network. Two limits, so that SYNs which nobody answers do not push out connections that live: of those of
/// which one end alone was seen, the oldest go; of the others one that has been silent for long.
/// </summary>
/// <remarks>
/// No list is kept in the order of the last segment, which would cost every segment something. A connection waits in the order
/// in which it began; if it has had a segment since, it waits again (the "second chance" of page replacement).
/// </remarks>
/// <param name="mostOneSided">Connections of which only one end was seen, kept at most.</param>
/// <param name="mostOpen">Connections of which both ends were seen, kept at most.</param>
internal sealed class OpenConnections(int mostOneSided, int mostOpen)
{
    /// <summary>How many are asked whether they were silent before one goes in any case.</summary>
    private const int MostAsked = 64;

    private readonly Queue<Waiting> _oneSided = new();
    private readonly Queue<Waiting> _open = new();

    /// <summary>A connection has begun, or one has taken another's place.</summary>
    public void Add(ConnectionTable.Slot slot) => _oneSided.Enqueue(Waiting.Of(slot));

    /// <summary>The slot that has to go for there are too many; null if there are not.</summary>
    public ConnectionTable.Slot? Excess()
    {
        while (_oneSided.Count > mostOneSided)
        {
            var waiting = _oneSided.Dequeue();
            if (!waiting.IsStillThere) continue;
            if (waiting.Slot.Current is { Client.Segments: > 0, Server.Segments: > 0 }) _open.Enqueue(Waiting.Of(waiting.Slot));
            else return waiting.Slot;
        }

        for (var asked = 0; _open.Count > mostOpen;)
        {
            var waiting = _open.Dequeue();
            if (!waiting.IsStillThere) continue;
            if (waiting.Slot.Current.End == waiting.Seen || ++asked > MostAsked) return waiting.Slot;
            _open.Enqueue(Waiting.Of(waiting.Slot));
        }

        return null;
    }

    /// <summary>A connection that waits, by ordinal: its four-tuple may have become another's meanwhile.</summary>
    private readonly record struct Waiting(ConnectionTable.Slot Slot, int Ordinal, Timestamp Seen)
    {
        public bool IsStillThere => !Slot.IsGone && Slot.Current.Ordinal == Ordinal && !Slot.Current.IsSettled;

        public static Waiting Of(ConnectionTable.Slot slot) => new(slot, slot.Current.Ordinal, slot.Current.End);
    }
}
