namespace TcpCapture.Recordings.Merging;

/// <summary>A period in which the clocks had a steady offset and drift.</summary>
// fromTime: that frame's time on the second clock, in nanoseconds: the origin of the polygon. difference: the difference of the
// clocks at the origin, in nanoseconds.
internal sealed class ClockPiece(long fromFrame, long fromTime, long difference)
{
    /// <summary>Timestamps are truncated to nanoseconds, so a difference may be wrong by one.</summary>
    private const double StampNanoseconds = 1;

    public long FromFrame { get; } = fromFrame;
    public long FromTime { get; } = fromTime;
    public long LastTime { get; private set; } = fromTime; // the time of the last segment, on the second clock
    public ClockPolygon Polygon { get; } = new();

    /// <summary>True once segments of both directions bound the offset from both sides.</summary>
    public bool IsBounded { get; private set; }

    private bool HasUpper { get; set; }
    private bool HasLower { get; set; }

    /// <summary>Adds a segment; false, without a change, if it contradicts the others.</summary>
    public bool TryAdd(in ClockConstraint constraint)
    {
        var seconds = (constraint.Time - FromTime) / 1e9;
        var limit = (double)(constraint.Difference - difference);
        var fits = constraint.IsUpper
            ? Polygon.CutAbove(seconds, limit + StampNanoseconds) : Polygon.CutBelow(seconds, limit - StampNanoseconds);
        if (!fits) return false;
        LastTime = Math.Max(LastTime, constraint.Time);
        HasUpper |= constraint.IsUpper;
        HasLower |= !constraint.IsUpper;
        IsBounded = HasUpper && HasLower;
        return true;
    }

    /// <summary>The offset at a time of the second clock: the middle of its bounds, and its maximum error.</summary>
    // With a bound on one side only: that bound, and null.
    public (long Offset, long? Error) OffsetAt(long time)
    {
        var (low, high) = Polygon.OffsetAt((time - FromTime) / 1e9);
        if (!IsBounded) return (difference + (long)Math.Round(HasUpper ? high : low), null);
        return (difference + (long)Math.Round((low + high) / 2), (long)Math.Ceiling((high - low) / 2));
    }
}

/// <summary>A bound of the offset, from one segment: its frame and time (ns) in the second recording.</summary>
// Difference is its time on the second clock less its time on the first, in ns. IsUpper: the first host sent the segment, so
// the offset is at most the difference; else it is at least the difference.
internal readonly record struct ClockConstraint(long Frame, long Time, long Difference, bool IsUpper);
