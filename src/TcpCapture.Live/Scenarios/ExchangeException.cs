namespace TcpCapture.Live.Scenarios;

/// <summary>An exchange could not be run, or went another way than its scenario says. The message is one line for people.</summary>
public sealed class ExchangeException : Exception
{
    /// <summary>Without a cause.</summary>
    public ExchangeException(string message) : base(message)
    {
    }

    /// <summary>With the error that caused it.</summary>
    public ExchangeException(string message, Exception cause) : base(message, cause)
    {
    }
}
