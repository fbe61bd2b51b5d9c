using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Segments of a merged recording in flight between the hosts, in order of arrival.</summary>
internal sealed class SegmentsInFlight
{
    private readonly PriorityQueue<Flight, (long Time, long Event)> _flights = new();

    public int Count => _flights.Count;

    /// <summary>Arrival time of the next segment; null for none.</summary>
    public Timestamp? NextArrival => _flights.TryPeek(out var next, out _) ? next.Arrival : null;

    public void Add(in Flight flight) => _flights.Enqueue(flight, (flight.Arrival.Nanoseconds, flight.Event));

    public Flight Take() => _flights.Dequeue();

    internal readonly record struct Flight(
        ConnectionTable.Slot Slot, Connection Connection, ConnectionEnd Sender, Segment Segment, long Event, Timestamp Arrival);
}
