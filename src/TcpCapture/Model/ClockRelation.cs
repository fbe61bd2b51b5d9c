namespace TcpCapture.Model;

/// <summary>The offset and drift between the clocks of a merged recording's two hosts, bounded by causality.</summary>
internal sealed record ClockRelation
{
    /// <summary>How far the second clock is ahead of the first at <see cref="Time"/>, in nanoseconds; negative if behind.</summary>
    public required long OffsetNanoseconds { get; init; }

    /// <summary>The maximum error of the offset in either direction, in nanoseconds.</summary>
    public required long ErrorNanoseconds { get; init; }

    /// <summary>The time, on the first clock, at which the offset is most accurate.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>How much faster the second clock runs, in parts per million.</summary>
    public double DriftPpm { get; init; }

    /// <summary>The maximum error of the drift in either direction, in parts per million; large for a short recording.</summary>
    public double DriftErrorPpm { get; init; }

    /// <summary>Segments that both hosts captured.</summary>
    public long Segments { get; init; }

    /// <summary>The first 50 changes beyond a steady drift: a clock was set or disciplined.</summary>
    public IReadOnlyList<ClockChange> Changes { get; init; } = [];

    /// <summary>The number of further changes.</summary>
    public int FurtherChanges { get; init; }
}

/// <summary>One of the clocks was set, or its rate changed.</summary>
/// <param name="Time">Time, on the first clock, of the first segment that the previous relation cannot explain.</param>
/// <param name="StepNanoseconds">How much further ahead than expected the second clock then was, in nanoseconds.</param>
/// <param name="ErrorNanoseconds">The maximum error of the step, in nanoseconds; more than the step if the rate changed.</param>
internal sealed record ClockChange(Timestamp Time, long StepNanoseconds, long ErrorNanoseconds);
