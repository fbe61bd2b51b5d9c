namespace TcpCapture.Live.States;

/// <summary>Socket states cannot be observed as asked. The message is one line for people: what, why and what to do.</summary>
public sealed class StateSourceException : Exception
{
    /// <summary>An error with its line for people.</summary>
    public StateSourceException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its line for people and what caused it.</summary>
    public StateSourceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
