namespace TcpCapture.CaptureFiles;

/// <summary>
/// A capture file cannot be read at all. <see cref="Exception.Message"/> is one line for people: what, why and what to do.
/// </summary>
/// <param name="message">That line.</param>
/// <param name="innerException">What the runtime said, or null.</param>
public sealed class CaptureFileException(string message, Exception? innerException = null)
    : Exception(message, innerException);
