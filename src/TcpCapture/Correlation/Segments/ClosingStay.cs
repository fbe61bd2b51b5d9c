using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>How long an end was in a state of closing.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">When it entered it.</param>
/// <param name="Until">When it left it; null if it did not.</param>
/// <param name="Event">Number of the event of its entering.</param>
internal readonly record struct ClosingStay(TcpState State, Timestamp Since, Timestamp? Until, long Event);
