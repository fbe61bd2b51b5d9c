namespace TcpCapture;

/// <summary>A conclusion in one sentence, with the event that supports it.</summary>
/// <param name="Connection">The connection it is about; null for the recording as a whole.</param>
/// <param name="Event">Number of the event that supports it; 0 for none.</param>
/// <param name="Text">One sentence.</param>
public sealed record Finding(Connection? Connection, long Event, string Text)
{
    /// <summary>True for a problem: a reset, SYN retransmissions, sources that contradict each other.</summary>
    public bool IsTrouble { get; init; }
}
