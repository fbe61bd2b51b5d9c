using TcpCapture.Model;

namespace TcpCapture;

/// <summary>One SYN of a connection's client.</summary>
/// <param name="Connection">Number of the connection.</param>
/// <param name="Attempt">1 for the first SYN, 2 for its first retransmission ….</param>
/// <param name="Time">When it was sent.</param>
/// <param name="Event">Number of its event.</param>
/// <param name="Interval">Seconds since the SYN before; null for the first.</param>
/// <param name="Expected">Seconds the schedule foresees; null where none is known.</param>
/// <param name="Schedule">Name of the schedule that fits all intervals of this connection; several joined by <c>|</c>; empty if none does.</param>
public sealed record SynAttempt(
    int Connection, int Attempt, Timestamp Time, long Event, double? Interval, double? Expected, string Schedule)
{
    /// <summary>How far the interval is from the expected one, in percent of that; null where either is unknown.</summary>
    public double? DeviationPercent => (Interval - Expected) / Expected * 100;
}
