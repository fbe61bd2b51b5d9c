namespace TcpCapture.Queries.Expectations;

/// <summary>A word, a number or a colon of a rule.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Column">Where it begins, from 1.</param>
internal readonly record struct RuleWord(string Text, int Column)
{
    /// <summary>Longest rule that is read; what is longer is no rule a person wrote.</summary>
    public const int LongestRule = 500;

    /// <summary>Cuts a rule at spaces, colons, and between a number and its unit.</summary>
    public static List<RuleWord> Cut(string rule)
    {
        var words = new List<RuleWord>();
        var at = 0;
        while (at < rule.Length)
        {
            if (char.IsWhiteSpace(rule[at]))
            {
                at++;
                continue;
            }

            var begin = at++;
            if (rule[begin] != ':')
                while (at < rule.Length && !IsEdge(rule, begin, at)) at++;
            words.Add(new RuleWord(rule[begin..at], begin + 1));
        }

        return words;
    }

    private static bool IsEdge(string rule, int begin, int at) =>
        rule[at] == ':' || char.IsWhiteSpace(rule[at])
        || (char.IsAsciiDigit(rule[begin]) && char.IsLetter(rule[at]) && !char.IsLetter(rule[at - 1]));
}
