namespace TcpCapture.Queries.Filters;

/// <summary>A filter that cannot be read. The message quotes it, says where and what was expected, and suggests what may have been meant.</summary>
/// <param name="message">One line for people.</param>
/// <param name="column">Where in the filter, from 1.</param>
public sealed class ConnectionFilterException(string message, int column) : FormatException(message)
{
    /// <summary>The character of the filter where reading ended, from 1.</summary>
    public int Column { get; } = column;
}
