using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Filters;

/// <summary>Reads a filter word by word, and says what it had expected where it fails.</summary>
internal sealed class FilterReader
{
    /// <summary>Longest filter that is read; what is longer is none that a person wrote.</summary>
    private const int Longest = 2000;

    private const int LongestShown = 80;

    private readonly string _filter;
    private readonly List<FilterWord> _words;
    private int _next;

    public FilterReader(string filter)
    {
        _filter = filter;
        if (filter.Length > Longest) throw Mistake(filter, Longest + 1, string.Create(CultureInfo.InvariantCulture, $"there are more than {Longest} characters"));
        _words = FilterWord.Cut(filter);
    }

    public bool IsAtEnd => _next == _words.Count;

    /// <summary>The next word; only if there is one.</summary>
    public FilterWord Next => _words[_next];

    /// <summary>One line about a mistake.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="column">Where, from 1.</param>
    /// <param name="what">What is wrong, as a clause.</param>
    public static ConnectionFilterException Mistake(string filter, int column, string what) => new($"In the filter {Shown(filter)}, {(what.EndsWith('?') ? what : what + ".")}", column);

    /// <summary>Takes the next word if it is one of these, in any case, and not quoted.</summary>
    public bool TryTake(params ReadOnlySpan<string> words)
    {
        if (IsAtEnd || Next.IsQuoted) return false;
        foreach (var word in words)
        {
            if (!string.Equals(Next.Text, word, StringComparison.OrdinalIgnoreCase)) continue;
            _next++;
            return true;
        }

        return false;
    }

    /// <summary>Takes the next word, to be understood by <paramref name="read"/>.</summary>
    /// <param name="read">Null if it cannot be.</param>
    /// <param name="expected">What has to be here, for people.</param>
    /// <param name="known">Words that may have been meant.</param>
    public T Take<T>(Func<FilterWord, T?> read, string expected, params IReadOnlyList<string> known)
        where T : class
    {
        if (IsAtEnd || read(Next) is not { } value) throw Unexpected(expected, known);
        _next++;
        return value;
    }

    /// <summary>Takes the next word, which <paramref name="read"/> has to take for a number.</summary>
    /// <param name="read">Null if it is none.</param>
    /// <param name="expected">What has to be here, for people.</param>
    public long TakeNumber(Func<string, long?> read, string expected)
    {
        if (IsAtEnd || read(Next.Text) is not { } value) throw Unexpected(expected);
        _next++;
        return value;
    }

    /// <summary>The next word is none that may stand here.</summary>
    /// <param name="expected">What has to be here, for people.</param>
    /// <param name="known">Words that may have been meant.</param>
    public ConnectionFilterException Unexpected(string expected, params IReadOnlyList<string> known)
    {
        var column = IsAtEnd ? _filter.TrimEnd().Length + 1 : Next.Column;
        var found = IsAtEnd ? "the filter ends" : $"{Shown(Next.Text)} is";
        var nearest = IsAtEnd ? null : Spelling.Nearest(Next.Text, known);
        var suggestion = nearest is null ? "" : $"; did you mean '{nearest}'?";
        return Mistake(_filter, column, string.Create(CultureInfo.InvariantCulture, $"{found} at character {column} where {expected} has to be{suggestion}"));
    }

    /// <summary>What was written, in quotes, as one short line.</summary>
    private static string Shown(string text) => $"'{PlainText.Of(text.Length > LongestShown ? text[..LongestShown] + "…" : text)}'";
}
