namespace TcpCapture.Queries.Filters;

/// <summary>Parses an expression into a condition on a connection. Words are valid in any case.</summary>
// docs/analyze.md has the grammar; each method below reads one line of it.
internal sealed class FilterParser
{
    private const int MaxDepth = 100; // maximum nesting of brackets and nots, so that the stack does not overflow

    private static readonly string[] Beginnings =
        [.. ConnectionColumn.All.Select(column => column.Name), "host", "net", "port", "not", "("];

    private readonly WordReader _reader;
    private int _depth;

    private FilterParser(WordReader reader) => _reader = reader;

    /// <exception cref="TcpCaptureException">It is not a filter.</exception>
    public static Predicate<Connection> Parse(string filter)
    {
        var parser = new FilterParser(WordReader.OfFilter(filter));
        var condition = parser.ReadAlternatives();
        parser._reader.End("and", "or");
        return condition;
    }

    /// <summary><c>a or b or c</c>.</summary>
    private Predicate<Connection> ReadAlternatives()
    {
        var left = ReadAll();
        while (_reader.TryTake("or", "||"))
        {
            var (first, second) = (left, ReadAll());
            left = connection => first(connection) || second(connection);
        }

        return left;
    }

    /// <summary><c>a and b and c</c>, which binds more closely than <c>or</c>.</summary>
    private Predicate<Connection> ReadAll()
    {
        var left = ReadTerm();
        while (_reader.TryTake("and", "&&"))
        {
            var (first, second) = (left, ReadTerm());
            left = connection => first(connection) && second(connection);
        }

        return left;
    }

    /// <summary><c>not a</c>, <c>(a)</c>, <c>host A</c>, <c>net A/N</c>, <c>port N</c>, or a comparison.</summary>
    private Predicate<Connection> ReadTerm()
    {
        if (_depth == MaxDepth)
            throw _reader.Unexpected($"a condition inside at most {MaxDepth} brackets and nots");
        if (_reader.TryTake("not", "!"))
        {
            _depth++;
            var denied = ReadTerm();
            _depth--;
            return connection => !denied(connection);
        }

        if (_reader.TryTake("("))
        {
            _depth++;
            var inner = ReadAlternatives();
            _depth--;
            if (!_reader.TryTake(")")) throw _reader.Unexpected("'and', 'or' or ')'", "and", "or");
            return inner;
        }

        if (_reader.TryTake("host")) return OfEither(ReadAddresses("an address such as 10.0.0.1 or 2001:db8::1", AddressRange.OfHost));
        if (_reader.TryTake("net")) return OfEither(ReadAddresses("a network such as 10.0.0.0/8 or 2001:db8::/32", AddressRange.OfNetwork));
        if (_reader.TryTake("port")) return OfEither(ReadAddresses("a port from 1 to 65535", AddressRange.OfPort));
        var column = _reader.Take(
            word => word.IsQuoted ? null : ConnectionColumn.Find(word.Text),
            "a column of connections.csv, host, net, port, not or '('", Beginnings);
        return Comparison.Read(_reader, column);
    }

    private AddressRange ReadAddresses(string expected, Func<string, AddressRange?> read) =>
        _reader.Take(word => read(word.Text), expected);

    private static Predicate<Connection> OfEither(AddressRange range) =>
        connection => range.Holds(connection.Client.Address) || range.Holds(connection.Server.Address);
}
