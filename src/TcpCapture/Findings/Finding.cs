namespace TcpCapture;

/// <summary>A conclusion in one sentence, with the event that supports it.</summary>
/// <param name="Connection">The connection it is about; null for the recording as a whole.</param>
/// <param name="Event">Number of the event that supports it; 0 for none.</param>
/// <param name="Text">One sentence.</param>
public sealed record Finding(Connection? Connection, long Event, string Text)
{
    /// <summary>True for a problem: a reset, SYN retransmissions, sources that contradict each other.</summary>
    public bool IsTrouble { get; init; }

    internal FindingRank Rank { get; init; } = FindingRank.Unusual;
}

/// <summary>Where a finding stands: failures first.</summary>
internal enum FindingRank
{
    /// <summary>A failure.</summary>
    Failure,

    /// <summary>Something unusual that is no failure.</summary>
    Unusual,

    /// <summary>How a connection took its normal course; only of few connections and of those that the user chose.</summary>
    Course,

    /// <summary>One line for all that went well.</summary>
    Normal,

    /// <summary>What limits the conclusions.</summary>
    Limit,
}
