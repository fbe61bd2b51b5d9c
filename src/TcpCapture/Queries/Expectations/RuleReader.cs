using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>Reads a rule word by word, and says what it had expected where it fails.</summary>
internal sealed class RuleReader
{
    private const int LongestShown = 60;

    private readonly string _rule;
    private readonly List<RuleWord> _words;
    private int _next;

    public RuleReader(string rule)
    {
        _rule = rule;
        if (rule.Length > RuleWord.LongestRule)
            throw new ExpectationException($"{Shown(rule)}: a rule has at most {RuleWord.LongestRule} characters; write several.", RuleWord.LongestRule + 1);
        _words = RuleWord.Cut(rule);
    }

    public bool IsAtEnd => _next == _words.Count;

    /// <summary>Takes the next word if it is this one.</summary>
    public bool TryTake(string word)
    {
        if (IsAtEnd || !Same(_words[_next].Text, word)) return false;
        _next++;
        return true;
    }

    /// <summary>Takes the next word, which has to be one of these.</summary>
    /// <param name="words">What may stand here, as it is named to people.</param>
    /// <returns>Which.</returns>
    public string Take(params IReadOnlyList<string> words) => Take(words, words);

    /// <summary>As the other one; <paramref name="named"/> are those an error names, if not all.</summary>
    public string Take(IReadOnlyList<string> words, IReadOnlyList<string> named)
    {
        foreach (var word in words)
            if (TryTake(word)) return word;
        throw Unexpected(named.Count == 1 ? $"'{named[0]}'" : "one of " + string.Join(", ", named), words);
    }

    /// <summary>Takes the words of a fixed phrase.</summary>
    public void TakeAll(params ReadOnlySpan<string> words)
    {
        foreach (var word in words) Take(word);
    }

    /// <summary>Takes any word, to be understood by <paramref name="read"/>.</summary>
    public T Take<T>(Func<string, T?> read, string expected, IReadOnlyList<string> known)
        where T : struct
    {
        if (IsAtEnd || read(_words[_next].Text) is not { } value) throw Unexpected(expected, known);
        _next++;
        return value;
    }

    /// <summary>Takes a whole number.</summary>
    public long TakeNumber(long least, long most) => Take<long>(
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"), []);

    /// <summary>Takes a length of time: a number and a unit.</summary>
    public long TakeDuration()
    {
        const string Example = "a length of time such as 100 ms";
        var at = _next;
        var number = Take<decimal>(
            text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value < RuleDuration.MostNanoseconds ? value : null,
            Example, []);
        var unit = Take(RuleDuration.NanosecondsOf, $"a unit ({RuleDuration.UnitNames})", ["ns", "us", "ms", "s", "m", "h"]);
        var nanoseconds = number * unit;
        if (nanoseconds <= RuleDuration.MostNanoseconds && nanoseconds == decimal.Truncate(nanoseconds)) return (long)nanoseconds;
        _next = at;
        throw Unexpected("a length of time of whole nanoseconds, at most a day", []);
    }

    /// <summary>Nothing may follow.</summary>
    public void End(params IReadOnlyList<string> known)
    {
        if (!IsAtEnd) throw Unexpected(known.Count == 0 ? "the end of the rule" : $"{string.Join(" or ", known.Select(k => $"'{k}'"))}, or the end of the rule", known);
    }

    private ExpectationException Unexpected(string expected, IReadOnlyList<string> known)
    {
        var column = IsAtEnd ? _rule.TrimEnd().Length + 1 : _words[_next].Column;
        var found = IsAtEnd ? "the rule ends" : $"{Shown(_words[_next].Text)} is";
        var nearest = IsAtEnd ? null : Spelling.Nearest(_words[_next].Text, known);
        var suggestion = nearest is null ? "" : $" Did you mean '{nearest}'?";
        return new ExpectationException(
            string.Create(CultureInfo.InvariantCulture, $"In the rule {Shown(_rule)}, {found} at character {column} where {expected} has to be.{suggestion}"), column);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    /// <summary>What was written, in quotes, as one short line.</summary>
    private static string Shown(string text) => $"'{PlainText.Of(text.Length > LongestShown ? text[..LongestShown] + "…" : text)}'";
}
