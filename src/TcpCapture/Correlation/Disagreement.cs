namespace TcpCapture.Correlation;

/// <summary>Two sources contradict each other by more than they may.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Event">Number of an event at which it shows, or 0.</param>
/// <param name="Text">What each says: one sentence.</param>
internal sealed record Disagreement(Connection Connection, long Event, string Text);
