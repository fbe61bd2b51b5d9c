namespace TcpCapture.Recordings.Merging;

/// <summary>A segment that both sketches kept.</summary>
internal readonly record struct SharedSegment(SketchedSegment First, SketchedSegment Second)
{
    /// <summary>What the second clock then said more than the first: their offset, and the way between or less it.</summary>
    public long Difference => Second.Time - First.Time;
}
