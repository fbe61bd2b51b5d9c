namespace TcpCapture.Recordings;

/// <summary>A recording could not be read or made. The message is one line: what, why, and what to do about it.</summary>
public sealed class RecordingException : Exception
{
    /// <summary>An exception with that line.</summary>
    public RecordingException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with that line and the error behind it.</summary>
    public RecordingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
