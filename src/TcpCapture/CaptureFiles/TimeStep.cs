using TcpCapture.Model;

namespace TcpCapture.CaptureFiles;

/// <summary>Where a file's times run backwards.</summary>
/// <param name="File">The file.</param>
/// <param name="Frame">The frame that is earlier than the one before it; the file's first is 1.</param>
/// <param name="From">The time of the frame before.</param>
/// <param name="To">Its own.</param>
internal readonly record struct TimeStep(string File, long Frame, Timestamp From, Timestamp To);
