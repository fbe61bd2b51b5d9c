using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>A SYN, or a SYN-ACK, one end sent.</summary>
/// <param name="Time">When it passed the capture point.</param>
/// <param name="Event">Number of its event.</param>
/// <param name="IsByTimer">It repeats the one before; else something made its sender send it.</param>
internal readonly record struct SentSyn(Timestamp Time, long Event, bool IsByTimer);
