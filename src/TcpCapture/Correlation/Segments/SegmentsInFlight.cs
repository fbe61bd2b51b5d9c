using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>
/// Segments of a merged recording that are in flight between the hosts, in the order of their
/// arrival. Bounded by the segments in flight.
/// </summary>
internal sealed class SegmentsInFlight
{
    private readonly PriorityQueue<Flight, (long Time, long Event)> _flights = new();

    /// <summary>Number of segments in flight.</summary>
    public int Count => _flights.Count;

    /// <summary>When the next one arrives; null if there is none.</summary>
    public Timestamp? NextArrival => _flights.TryPeek(out var next, out _) ? next.Arrival : null;

    public void Add(in Flight flight) => _flights.Enqueue(flight, (flight.Arrival.Nanoseconds, flight.Event));

    /// <summary>Takes the next one.</summary>
    public Flight Take() => _flights.Dequeue();

    internal readonly record struct Flight(
        ConnectionTable.Slot Slot, Connection Connection, ConnectionEnd Sender, Segment Segment, long Event, Timestamp Arrival);
}
