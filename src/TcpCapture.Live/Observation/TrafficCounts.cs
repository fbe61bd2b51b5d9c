namespace TcpCapture.Live.Observation;

/// <summary>What has passed so far, counted from segments alone.</summary>
/// <param name="Connections">Connections seen, those that began before the recording included.</param>
/// <param name="Open">Of these, not closed by both ends and not reset.</param>
/// <param name="Segments">Segments.</param>
/// <param name="Resets">Segments with RST.</param>
/// <param name="SynRetransmissions">SYNs sent again.</param>
public readonly record struct TrafficCounts(long Connections, long Open, long Segments, long Resets, long SynRetransmissions);
