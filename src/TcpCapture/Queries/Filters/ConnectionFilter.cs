using TcpCapture.Queries.Filters;

namespace TcpCapture;

/// <summary>
/// Chooses connections by the columns of connections.csv: <c>reset_by = server and retransmissions > 10</c>,
/// <c>port 443 and not conn_state = SF</c>. docs/analyze.md has the grammar.
/// </summary>
/// <example><code>
/// var filter = ConnectionFilter.Parse("host 10.0.0.1 and duration > 5s");
/// using var analysis = CaptureAnalysis.Open(["capture.pcap"]);
/// analysis.Run(connection => { if (filter.Matches(connection)) Console.WriteLine(connection.Number); });
/// </code></example>
public sealed class ConnectionFilter
{
    private readonly string _text;
    private readonly Predicate<Connection> _condition;

    private ConnectionFilter(string text, Predicate<Connection> condition) => (_text, _condition) = (text, condition);

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The expression, at most 2000 characters.</param>
    /// <exception cref="TcpCaptureException">It is not a filter; the message says where and what was expected.</exception>
    public static ConnectionFilter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ConnectionFilter(text, FilterParser.Parse(text));
    }

    /// <summary>True if the connection matches.</summary>
    /// <param name="connection">A connection that has ended or is no longer observed.</param>
    public bool Matches(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return _condition(connection);
    }

    /// <summary>The expression as given.</summary>
    public override string ToString() => _text;
}
