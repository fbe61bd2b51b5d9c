using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>
/// Segments of a merged recording that have left their sender's host and will reach the other: what the arrival needs to
/// know of the sending. Bounded by what is on the way.
/// </summary>
internal sealed class SegmentsInFlight
{
    private readonly Dictionary<ulong, Flight> _flights = [];

    /// <summary>Number of segments on the way.</summary>
    public int Count => _flights.Count;

    public void Add(ulong id, in Flight flight) => _flights[id] = flight;

    public Flight? Take(ulong id) => _flights.Remove(id, out var flight) ? flight : null;

    /// <summary>The event of the sending; 0 if there was none.</summary>
    public long EventOf(ulong id) => _flights.TryGetValue(id, out var flight) ? flight.Event : 0;

    internal readonly record struct Flight(
        ConnectionTable.Slot Slot, Connection Connection, ConnectionEnd Sender, Segment Segment, long Event);
}
