using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>
/// Segments of a merged recording that have left their sender's host and will reach the other: what the arrival needs to
/// know of the sending. Bounded by what is on the way.
/// </summary>
internal sealed class SegmentsInFlight
{
    private const int MostEarly = 4096;

    private readonly Dictionary<ulong, Flight> _flights = [];
    private readonly Dictionary<ulong, Timestamp> _early = [];

    /// <summary>Number of segments on the way.</summary>
    public int Count => _flights.Count;

    /// <summary>
    /// A segment has been sent. Stamps of one host may be microseconds out of order, and so the arrival may have been given out
    /// before: then this says when.
    /// </summary>
    public Timestamp? Add(ulong id, in Flight flight)
    {
        if (_early.Remove(id, out var arrived)) return arrived;
        _flights[id] = _flights.TryGetValue(id, out var before) ? flight with { Before = before } : flight;
        return null;
    }

    /// <summary>A segment has arrived; null if its sending was not given out.</summary>
    public Flight? Take(ulong id, Timestamp time)
    {
        if (id == 0) return null; // a piece of what has not all come yet
        if (_flights.Remove(id, out var flight)) return flight;
        if (_early.Count < MostEarly) _early[id] = time;
        return null;
    }

    /// <summary>The event of the sending; 0 if there was none.</summary>
    public long EventOf(ulong id) => _flights.TryGetValue(id, out var flight) ? flight.Event : 0;

    /// <summary>A segment on the way. What was sent before it and comes joined to it is <c>Before</c>.</summary>
    internal sealed record Flight(
        ConnectionTable.Slot Slot, Connection Connection, ConnectionEnd Sender, Segment Segment, long Event, Flight? Before = null);
}
