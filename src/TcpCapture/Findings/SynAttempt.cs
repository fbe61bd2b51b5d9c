using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>A SYN of a client.</summary>
/// <param name="Connection">Number of the connection.</param>
/// <param name="Attempt">1 for the first SYN, 2 for its first retransmission, and so on.</param>
/// <param name="Time">When it was sent.</param>
/// <param name="Event">Number of its event.</param>
/// <param name="Interval">Seconds since the previous SYN; null for the first.</param>
/// <param name="Expected">Expected seconds by the schedule; null if no schedule is known.</param>
/// <param name="Schedule">Schedules that fit all intervals of the connection, separated by <c>|</c>; empty for none.</param>
internal sealed record SynAttempt(
    int Connection, int Attempt, Timestamp Time, long Event, double? Interval, double? Expected, string Schedule)
{
    /// <summary>Deviation of the interval from the expected one, in percent; null if either is unknown.</summary>
    public double? DeviationPercent => (Interval - Expected) / Expected * 100;
}
