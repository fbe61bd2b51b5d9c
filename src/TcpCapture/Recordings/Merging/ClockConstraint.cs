namespace TcpCapture.Recordings.Merging;

/// <summary>What one segment says of the offset.</summary>
/// <param name="Frame">Its frame in the second recording.</param>
/// <param name="Time">Its time on the second clock, in nanoseconds.</param>
/// <param name="Difference">What the second clock showed more than the first when they saw it, in nanoseconds.</param>
/// <param name="IsUpper">
/// True if it went from the first host to the second: the offset is at most the difference. False: it is at least that.
/// </param>
internal readonly record struct ClockConstraint(long Frame, long Time, long Difference, bool IsUpper);
