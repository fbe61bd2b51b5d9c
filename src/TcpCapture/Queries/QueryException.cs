namespace TcpCapture;

/// <summary>A filter or a rule that cannot be read. The message quotes it, says where and what was expected, and suggests a correction.</summary>
public sealed class QueryException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line for people.</param>
    /// <param name="column">Where in the filter or rule, from 1.</param>
    /// <param name="line">Where in a file of rules, from 1; 0 if it is not from a file.</param>
    public QueryException(string message, int column, int line = 0)
        : base(message)
    {
        Column = column;
        Line = line;
    }

    /// <summary>The character where reading ended, from 1.</summary>
    public int Column { get; }

    /// <summary>The line of the file of rules, from 1; 0 if it is not from a file.</summary>
    public int Line { get; }
}
