namespace TcpCapture.Queries.Filters;

/// <summary>A word, an operator, a bracket or quoted text of a filter.</summary>
/// <param name="Text">As it was written, without quotes.</param>
/// <param name="Column">Where it begins, from 1.</param>
/// <param name="IsQuoted">It stood in quotes: it is a value, whatever it looks like.</param>
internal readonly record struct FilterWord(string Text, int Column, bool IsQuoted)
{
    private const string Operators = "=!<>~&|";

    /// <summary>Cuts a filter at blanks, operators and brackets; what stands in quotes stays whole.</summary>
    /// <exception cref="ConnectionFilterException">A quote is not closed.</exception>
    public static List<FilterWord> Cut(string filter)
    {
        var words = new List<FilterWord>();
        var at = 0;
        while (at < filter.Length)
        {
            var begin = at++;
            if (char.IsWhiteSpace(filter[begin])) continue;
            if (filter[begin] is '\'' or '"')
            {
                var end = filter.IndexOf(filter[begin], at);
                if (end < 0) throw FilterReader.Mistake(filter, begin + 1, $"the quote at character {begin + 1} is not closed");
                words.Add(new FilterWord(filter[at..end], begin + 1, true));
                at = end + 1;
                continue;
            }

            if (Operators.Contains(filter[begin], StringComparison.Ordinal))
                while (at < filter.Length && Operators.Contains(filter[at], StringComparison.Ordinal)) at++;
            else if (!IsBracket(filter[begin]))
                while (at < filter.Length && !IsEdge(filter[at])) at++;
            words.Add(new FilterWord(filter[begin..at], begin + 1, false));
        }

        return words;
    }

    private static bool IsBracket(char c) => c is '(' or ')';

    private static bool IsEdge(char c) => char.IsWhiteSpace(c) || IsBracket(c) || c is '\'' or '"' || Operators.Contains(c, StringComparison.Ordinal);
}
