namespace TcpCapture.Live.Capture;

/// <summary>
/// Capturing cannot begin. <see cref="Exception.Message"/> is one line for people: what, why and what to do.
/// </summary>
/// <param name="message">That line.</param>
/// <param name="innerException">What libpcap or the runtime said, or null.</param>
public sealed class CaptureException(string message, Exception? innerException = null)
    : Exception(message, innerException);
