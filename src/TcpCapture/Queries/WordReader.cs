using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries;

/// <summary>A word, an operator, a bracket or quoted text of a query.</summary>
// Text is without quotes; a quoted word is always a value. Column counts from 1.
internal readonly record struct Word(string Text, int Column, bool IsQuoted = false);

/// <summary>Reads a filter or a rule word by word. Its errors give the place, the expected and the found word.</summary>
internal sealed class WordReader
{
    private const int MaxFilterLength = 2000;
    private const int MaxRuleLength = 500;
    private const int MaxShown = 80;
    private const string Operators = "=!<>~&|";

    private readonly string _text;
    private readonly string _kind;
    private readonly List<Word> _words = [];
    private int? _stop;

    private WordReader(string text, string kind, int maxLength)
    {
        (_text, _kind) = (text, kind);
        if (text.Length > maxLength)
            throw Mistake(maxLength + 1, string.Create(CultureInfo.InvariantCulture, $"a {kind} has at most {maxLength} characters."));
    }

    public int Position { get; set; }
    public bool IsAtEnd => Position == (_stop ?? _words.Count);

    /// <summary>The next word; call it only if there is one.</summary>
    public Word Next => _words[Position];

    /// <summary>Cuts a filter at blanks, operators and brackets; quoted text stays whole.</summary>
    /// <exception cref="TcpCaptureException">It is too long, or a quote is not closed.</exception>
    public static WordReader OfFilter(string filter)
    {
        var reader = new WordReader(filter, "filter", MaxFilterLength);
        var at = 0;
        while (at < filter.Length)
        {
            var begin = at++;
            if (char.IsWhiteSpace(filter[begin])) continue;
            if (filter[begin] is '\'' or '"')
            {
                var end = filter.IndexOf(filter[begin], at);
                if (end < 0) throw reader.Mistake(begin + 1, "the quote is not closed.");
                reader._words.Add(new Word(filter[at..end], begin + 1, true));
                at = end + 1;
                continue;
            }

            if (IsOperator(filter[begin]))
                while (at < filter.Length && IsOperator(filter[at])) at++;
            else if (filter[begin] is not ('(' or ')'))
                while (at < filter.Length && !IsEdge(filter[at])) at++;
            reader._words.Add(new Word(filter[begin..at], begin + 1));
        }

        return reader;

        static bool IsOperator(char c) => Operators.Contains(c, StringComparison.Ordinal);
        static bool IsEdge(char c) => char.IsWhiteSpace(c) || c is '(' or ')' or '\'' or '"' || IsOperator(c);
    }

    /// <summary>Cuts a rule at spaces, colons, and between a number and its unit.</summary>
    /// <exception cref="TcpCaptureException">It is too long.</exception>
    public static WordReader OfRule(string rule)
    {
        var reader = new WordReader(rule, "rule", MaxRuleLength);
        var at = 0;
        while (at < rule.Length)
        {
            var begin = at++;
            if (char.IsWhiteSpace(rule[begin])) continue;
            if (rule[begin] != ':')
                while (at < rule.Length && !IsEdge(begin, at)) at++;
            reader._words.Add(new Word(rule[begin..at], begin + 1));
        }

        return reader;

        bool IsEdge(int begin, int at) => rule[at] == ':' || char.IsWhiteSpace(rule[at])
            || (char.IsAsciiDigit(rule[begin]) && char.IsLetter(rule[at]) && !char.IsLetter(rule[at - 1]));
    }

    /// <summary>Reads as if the text ended before a word, until called with null. False if the word does not follow.</summary>
    public bool StopBefore(string? word)
    {
        _stop = null;
        if (word is null) return true;
        var index = _words.FindIndex(
            Position, next => !next.IsQuoted && string.Equals(next.Text, word, StringComparison.OrdinalIgnoreCase));
        if (index < 0) return false;
        _stop = index;
        return true;
    }

    /// <summary>Takes the next word if it is one of these, in any case, and not quoted.</summary>
    public bool TryTake(params ReadOnlySpan<string> words)
    {
        if (IsAtEnd || Next.IsQuoted) return false;
        foreach (var word in words)
        {
            if (!string.Equals(Next.Text, word, StringComparison.OrdinalIgnoreCase)) continue;
            Position++;
            return true;
        }

        return false;
    }

    /// <summary>Takes the next word, which must be one of these.</summary>
    public string Take(params IReadOnlyList<string> words) => Take(words, words);

    /// <summary>Takes the next word, which must be one of these; an error names <paramref name="named"/> only.</summary>
    public string Take(IReadOnlyList<string> words, IReadOnlyList<string> named)
    {
        foreach (var word in words)
            if (TryTake(word)) return word;
        throw Unexpected(named.Count == 1 ? $"'{named[0]}'" : "one of " + string.Join(", ", named), words);
    }

    public void TakeAll(params ReadOnlySpan<string> words)
    {
        foreach (var word in words) Take(word);
    }

    /// <summary>Takes the next word and converts it; <paramref name="read"/> returns null for an invalid word.</summary>
    // An error names what was expected, and suggests one of the known words.
    public T Take<T>(Func<Word, T?> read, string expected, params IReadOnlyList<string> known)
        where T : class
    {
        if (IsAtEnd || read(Next) is not { } value) throw Unexpected(expected, known);
        Position++;
        return value;
    }

    /// <inheritdoc cref="Take{T}"/>
    public T TakeValue<T>(Func<string, T?> read, string expected, params IReadOnlyList<string> known)
        where T : struct
    {
        if (IsAtEnd || read(Next.Text) is not { } value) throw Unexpected(expected, known);
        Position++;
        return value;
    }

    /// <summary>Checks that no word is left; an error also names words that would be valid here.</summary>
    public void End(params IReadOnlyList<string> known)
    {
        var end = $"the end of the {_kind}";
        if (!IsAtEnd) throw Unexpected(known.Count == 0 ? end : $"{string.Join(", ", known.Select(word => $"'{word}'"))} or {end}", known);
    }

    /// <summary>An error about the next word, or about the end.</summary>
    public QueryException Unexpected(string expected, params IReadOnlyList<string> known)
    {
        if (IsAtEnd) return Mistake(_text.TrimEnd().Length + 1, $"expected {expected}, but the {_kind} ends.");
        var suggestion = Spelling.Nearest(Next.Text, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        return Mistake(Next.Column, $"expected {expected}, but found {Shown(Next.Text)}.{suggestion}");
    }

    private QueryException Mistake(int column, string what) => new(
        string.Create(CultureInfo.InvariantCulture, $"In the {_kind} {Shown(_text)} at character {column}: {what}"), column);

    /// <summary>Text of the query, in quotes, as one short line.</summary>
    private static string Shown(string text) => $"'{PlainText.Of(text.Length > MaxShown ? text[..MaxShown] + "…" : text)}'";
}
