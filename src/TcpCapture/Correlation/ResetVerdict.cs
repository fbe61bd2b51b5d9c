using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>Who reset a connection, and why.</summary>
/// <param name="By">The end that sent the RST.</param>
/// <param name="Event">Number of the RST's event.</param>
/// <param name="Frame">Number of the RST's frame.</param>
/// <param name="Cause">Why, as far as segments and calls tell.</param>
/// <param name="Because">The same as a clause for people, without a full stop.</param>
/// <param name="Evidence">Number of the event that provoked it (a segment or a call), or 0.</param>
public sealed record ResetVerdict(Side By, long Event, long Frame, ResetCause Cause, string Because, long Evidence);
