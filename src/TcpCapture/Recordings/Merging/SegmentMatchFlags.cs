namespace TcpCapture.Recordings.Merging;

/// <summary>What is known of a match. Four bytes, as it is part of a record on disk.</summary>
[Flags]
internal enum SegmentMatchFlags : int
{
    None = 0,

    /// <summary>The frame's own host sent it.</summary>
    Outbound = 1,

    /// <summary>Others that look the same were on the way: it may be one of them.</summary>
    Ambiguous = 2,

    /// <summary>What was sent as one arrived in several, or the other way round.</summary>
    InPieces = 4,
}
