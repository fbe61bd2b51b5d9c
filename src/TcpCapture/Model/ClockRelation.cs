namespace TcpCapture.Model;

/// <summary>
/// How the clock of a merged recording's second host stands to the first one's, as far as causality tells: every segment was
/// sent before it was received.
/// </summary>
public sealed record ClockRelation
{
    /// <summary>What the second clock is ahead of the first, in nanoseconds, at <see cref="Time"/>; negative if it is behind.</summary>
    public required long OffsetNanoseconds { get; init; }

    /// <summary>How far that may be wrong either way, in nanoseconds.</summary>
    public required long ErrorNanoseconds { get; init; }

    /// <summary>The moment, on the first clock, at which the offset is known best.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>What the second clock gains on the first, in parts per million.</summary>
    public double DriftPpm { get; init; }

    /// <summary>How far that may be wrong either way, in parts per million: large for a short recording.</summary>
    public double DriftErrorPpm { get; init; }

    /// <summary>Segments that both hosts saw.</summary>
    public long Segments { get; init; }

    /// <summary>
    /// Where the clocks' relation changed beyond a steady drift, since one was set or disciplined: the first 50 times; empty if
    /// it held.
    /// </summary>
    public IReadOnlyList<ClockChange> Changes { get; init; } = [];

    /// <summary>How many times more it changed.</summary>
    public int FurtherChanges { get; init; }
}
