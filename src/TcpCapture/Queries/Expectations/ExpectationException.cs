namespace TcpCapture.Queries.Expectations;

/// <summary>A rule that cannot be read. The message quotes it, says where and what was expected, and suggests what may have been meant.</summary>
public sealed class ExpectationException : FormatException
{
    /// <summary>Describes the mistake.</summary>
    /// <param name="message">One line for people.</param>
    /// <param name="column">Where in the rule, from 1.</param>
    /// <param name="line">Where in a file of rules, from 1; 0 if it came from none.</param>
    public ExpectationException(string message, int column, int line = 0)
        : base(message)
    {
        Column = column;
        Line = line;
    }

    /// <summary>The character of the rule where reading ended, from 1.</summary>
    public int Column { get; }

    /// <summary>The line of the file of rules, from 1; 0 if the rule came from none.</summary>
    public int Line { get; }
}
