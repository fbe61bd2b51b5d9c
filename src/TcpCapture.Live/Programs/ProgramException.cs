namespace TcpCapture.Live.Programs;

/// <summary>The programs could not be run as asked. The message is one line for people: what, why and what to do.</summary>
public sealed class ProgramException : Exception
{
    /// <summary>An error with its line for people.</summary>
    public ProgramException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its line for people and what caused it.</summary>
    public ProgramException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
