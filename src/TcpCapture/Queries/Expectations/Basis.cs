namespace TcpCapture.Queries.Expectations;

/// <summary>What has to be true of a recording for a judgement to be right.</summary>
internal enum Basis : byte
{
    /// <summary>Nothing: it rests on what was seen.</summary>
    Seen,

    /// <summary>That no segment was missed, for it rests on one not having been seen.</summary>
    EverySegment,

    /// <summary>That neither a segment nor a report of the kernel was missed.</summary>
    EveryState,
}
