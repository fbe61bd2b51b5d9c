using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>A socket that only waited is gone, and no segment did it.</summary>
/// <param name="State">The state it was in.</param>
/// <param name="Event">Number of the event of its end.</param>
/// <param name="Note">What is known of the reason.</param>
internal sealed record SilentEnd(TcpState State, long Event, string Note);
