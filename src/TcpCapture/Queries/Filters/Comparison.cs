using System.Text.RegularExpressions;

namespace TcpCapture.Queries.Filters;

/// <summary>Reads the operator and the value after a column's name.</summary>
internal static class Comparison
{
    private static readonly string[] OfNumbers = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly string[] OfTexts = ["=", "!=", "~", "!~"];

    /// <exception cref="TcpCaptureException">The column cannot be compared this way.</exception>
    public static Predicate<Connection> Read(WordReader reader, ConnectionColumn column)
    {
        var known = column.IsNumber ? OfNumbers : OfTexts;
        var sign = reader.Take(word => word.IsQuoted ? null : Array.Find(known, sign => sign == (word.Text == "==" ? "=" : word.Text)),
            $"one of {string.Join(' ', known)} (for {column.Name})");
        if (sign is "~" or "!~") return Negated(Matching(reader, column), sign == "!~");
        if (column.IsNumber)
        {
            var value = reader.TakeValue<long>(text => ColumnValue.Read(text, column.Kind), ColumnValue.Example(column.Kind));
            return OfNumber(column, sign, value);
        }

        return Negated(column.Kind == ColumnKind.Address ? OfAddress(reader, column) : OfText(reader, column), sign == "!=");
    }

    private static Predicate<Connection> Negated(Predicate<Connection> condition, bool isNegated) =>
        isNegated ? connection => !condition(connection) : condition;

    /// <summary>An unknown number differs from every value, and is neither less nor greater.</summary>
    private static Predicate<Connection> OfNumber(ConnectionColumn column, string sign, long value) => sign switch
    {
        "=" => connection => column.NumberOf(connection) == value,
        "!=" => connection => column.NumberOf(connection) != value,
        "<" => connection => column.NumberOf(connection) is var number && number < value && number != ConnectionColumn.Unknown,
        "<=" => connection => column.NumberOf(connection) is var number && number <= value && number != ConnectionColumn.Unknown,
        ">" => connection => column.NumberOf(connection) > value,
        _ => connection => column.NumberOf(connection) >= value,
    };

    private static Predicate<Connection> OfAddress(WordReader reader, ConnectionColumn column)
    {
        var range = reader.Take(word => AddressRange.OfAny(word.Text), "an address such as 10.0.0.1, 10.0.0.1:443, 10.0.0.0/8 or :443");
        return connection => range.Holds(column.AddressOf(connection));
    }

    private static Predicate<Connection> OfText(WordReader reader, ConnectionColumn column)
    {
        string[] known = [.. column.Words];
        var value = reader.Take(
            word => known.Length == 0 || word.Text.Length == 0 || known.Contains(word.Text, StringComparer.OrdinalIgnoreCase)
                ? word.Text : null,
            known.Length == 0 ? "a text" : $"one of {string.Join(", ", known)} or ''", known);
        var comparison = column.Kind == ColumnKind.Letters ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return connection => string.Equals(column.TextOf(connection), value, comparison);
    }

    /// <summary>Without backtracking, so that no expression takes exponential time.</summary>
    private static Predicate<Connection> Matching(WordReader reader, ConnectionColumn column)
    {
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        if (column.Kind != ColumnKind.Letters) options |= RegexOptions.IgnoreCase;
        var regex = reader.Take(
            word => TryCompile(word.Text, options),
            "a regular expression (without look-around and back references; in quotes if it contains brackets or blanks)");
        return connection => regex.IsMatch(column.TextOf(connection));
    }

    private static Regex? TryCompile(string text, RegexOptions options)
    {
        try
        {
            return new Regex(text, options);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null; // the reader reports it with its place
        }
    }
}
