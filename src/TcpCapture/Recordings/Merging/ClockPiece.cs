namespace TcpCapture.Recordings.Merging;

/// <summary>A stretch over which the two clocks stood in one steady relation, as far as causality tells.</summary>
/// <param name="fromFrame">The first frame of the second recording it holds for.</param>
/// <param name="fromTime">That frame's time on the second clock, in nanoseconds; the polygon counts from here.</param>
/// <param name="difference">The difference of the clocks that the polygon counts from, in nanoseconds.</param>
internal sealed class ClockPiece(long fromFrame, long fromTime, long difference)
{
    /// <summary>Two stamps in whole nanoseconds may each be one less than the moment they stand for.</summary>
    private const double StampNanoseconds = 1;

    public long FromFrame { get; } = fromFrame;

    public long FromTime { get; } = fromTime;

    /// <summary>The time of the last segment, on the second clock.</summary>
    public long LastTime { get; private set; } = fromTime;

    public ClockPolygon Polygon { get; } = new();

    /// <summary>True once there were segments both ways, so that the offset is bounded from both sides.</summary>
    public bool IsBounded { get; private set; }

    private bool HasUpper { get; set; }

    private bool HasLower { get; set; }

    /// <summary>Takes a segment in; false, and nothing has changed, if no steady relation fits it and the others.</summary>
    public bool TryAdd(in ClockConstraint constraint)
    {
        var seconds = (constraint.Time - FromTime) / 1e9;
        var limit = (double)(constraint.Difference - difference);
        if (!(constraint.IsUpper ? Polygon.CutAbove(seconds, limit + StampNanoseconds) : Polygon.CutBelow(seconds, limit - StampNanoseconds)))
            return false;
        LastTime = Math.Max(LastTime, constraint.Time);
        HasUpper |= constraint.IsUpper;
        HasLower |= !constraint.IsUpper;
        IsBounded = HasUpper && HasLower;
        return true;
    }

    /// <summary>
    /// The offset at a time of the second clock: the middle of what is possible, which respects every segment, and how far
    /// it may be wrong; where it is bounded from one side only, that bound, and null.
    /// </summary>
    public (long Offset, long? Error) OffsetAt(long time)
    {
        var (low, high) = Polygon.OffsetAt((time - FromTime) / 1e9);
        if (!IsBounded) return (difference + (long)Math.Round(HasUpper ? high : low), null);
        return (difference + (long)Math.Round((low + high) / 2), (long)Math.Ceiling((high - low) / 2));
    }
}
