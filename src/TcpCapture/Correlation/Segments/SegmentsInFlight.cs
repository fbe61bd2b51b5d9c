using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>
/// Segments of a merged recording that have left their sender's host and are going to arrive at the other, in the order they
/// will. Bounded by what is on the way.
/// </summary>
internal sealed class SegmentsInFlight
{
    private readonly PriorityQueue<Flight, (long Time, long Event)> _flights = new();

    /// <summary>Number of segments on the way.</summary>
    public int Count => _flights.Count;

    /// <summary>When the next one arrives; null if there is none.</summary>
    public Timestamp? NextArrival => _flights.TryPeek(out var next, out _) ? next.Arrival : null;

    public void Add(in Flight flight) => _flights.Enqueue(flight, (flight.Arrival.Nanoseconds, flight.Event));

    /// <summary>Takes the next one.</summary>
    public Flight Take() => _flights.Dequeue();

    internal readonly record struct Flight(
        ConnectionTable.Slot Slot, Connection Connection, ConnectionEnd Sender, Segment Segment, long Event, Timestamp Arrival);
}
