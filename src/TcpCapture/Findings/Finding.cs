namespace TcpCapture;

/// <summary>A conclusion in words, with the event it rests on.</summary>
/// <param name="Connection">The connection it is about; null for the recording as a whole.</param>
/// <param name="Event">Number of the event it rests on; 0 for none in particular.</param>
/// <param name="Text">One sentence.</param>
public sealed record Finding(Connection? Connection, long Event, string Text)
{
    /// <summary>True for what went wrong: a reset, SYN retransmissions, sources that contradict each other.</summary>
    public bool IsTrouble { get; init; }
}
