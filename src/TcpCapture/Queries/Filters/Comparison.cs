using System.Text.RegularExpressions;

namespace TcpCapture.Queries.Filters;

/// <summary>What stands behind a column's name: an operator, and a value of the column's kind.</summary>
internal static class Comparison
{
    private static readonly string[] OfNumbers = ["=", "!=", "<", "<=", ">", ">="];
    private static readonly string[] OfTexts = ["=", "!=", "~", "!~"];

    /// <exception cref="ConnectionFilterException">The column cannot be compared so.</exception>
    public static Predicate<Connection> Read(FilterReader reader, ConnectionColumn column)
    {
        var known = column.IsNumber ? OfNumbers : OfTexts;
        var sign = reader.Take(word => word.IsQuoted ? null : Array.Find(known, sign => sign == (word.Text == "==" ? "=" : word.Text)),
            $"one of {string.Join(' ', known)} (for {column.Name})");
        if (sign is "~" or "!~") return Negated(Matching(reader, column), sign == "!~");
        if (column.IsNumber) return OfNumber(column, sign, reader.TakeNumber(text => ColumnValue.Read(text, column.Kind), ColumnValue.Example(column.Kind)));
        return Negated(column.Kind == ColumnKind.Address ? OfAddress(reader, column) : OfText(reader, column), sign == "!=");
    }

    private static Predicate<Connection> Negated(Predicate<Connection> condition, bool isNegated) =>
        isNegated ? connection => !condition(connection) : condition;

    /// <summary>Where the number is not known, only that it is another one holds.</summary>
    private static Predicate<Connection> OfNumber(ConnectionColumn column, string sign, long value) => sign switch
    {
        "=" => connection => column.NumberOf(connection) == value,
        "!=" => connection => column.NumberOf(connection) != value,
        "<" => connection => column.NumberOf(connection) is var number && number < value && number != ConnectionColumn.Unknown,
        "<=" => connection => column.NumberOf(connection) is var number && number <= value && number != ConnectionColumn.Unknown,
        ">" => connection => column.NumberOf(connection) > value,
        _ => connection => column.NumberOf(connection) >= value,
    };

    private static Predicate<Connection> OfAddress(FilterReader reader, ConnectionColumn column)
    {
        var range = reader.Take(word => AddressRange.OfAny(word.Text), "an address such as 10.0.0.1, 10.0.0.1:443, 10.0.0.0/8 or :443");
        return connection => range.Holds(column.AddressOf(connection));
    }

    private static Predicate<Connection> OfText(FilterReader reader, ConnectionColumn column)
    {
        string[] known = [.. column.Words];
        var value = reader.Take(
            word => known.Length == 0 || word.Text.Length == 0 || known.Contains(word.Text, StringComparer.OrdinalIgnoreCase) ? word.Text : null,
            known.Length == 0 ? "a text" : $"one of {string.Join(", ", known)} or ''", known);
        var comparison = column.Kind == ColumnKind.Letters ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return connection => string.Equals(column.TextOf(connection), value, comparison);
    }

    /// <summary>Matched in a time that grows with the text alone, whatever the expression is.</summary>
    private static Predicate<Connection> Matching(FilterReader reader, ConnectionColumn column)
    {
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (column.Kind == ColumnKind.Letters ? RegexOptions.None : RegexOptions.IgnoreCase);
        var regex = reader.Take(word => TryCompile(word.Text, options), "a regular expression (without look-around and back references; in quotes if it has brackets or blanks)");
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
            return null; // said where the word stands
        }
    }
}
