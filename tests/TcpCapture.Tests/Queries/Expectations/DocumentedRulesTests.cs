using System.Text.RegularExpressions;
using TcpCapture.Queries.Expectations;
using TcpCapture.Queries.Expectations.Claims;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Queries.Expectations;

/// <summary>docs/expect.md describes the rules that are accepted.</summary>
public partial class DocumentedRulesTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "expect.md"));

    [Fact]
    public void EveryExampleOfTheGrammarIsARuleAndEveryKindHasOne()
    {
        var examples = ExamplesOf("| rule |", 1).Concat(ExamplesOf("| word |", 2)).Concat(ExamplesOf("| beginning |", 1)).ToArray();
        Assert.Equal(21 + 7 + 3, examples.Length);
        var kinds = examples.Select(Expectation.Parse).Select(rule => rule.Claim?.GetType() ?? rule.Connections!.GetType()).ToHashSet();
        var known = typeof(IClaim).Assembly.GetTypes().Where(t => typeof(IClaim).IsAssignableFrom(t) && !t.IsInterface).Append(typeof(ConnectionsClaim));
        Assert.Equal(known.Select(t => t.Name).Order(), kinds.Select(t => t.Name).Order());
    }

    [Theory]
    [InlineData("STATE", "client reaches {0}")]
    [InlineData("CAUSE", "reset because {0}")]
    [InlineData("CONN", "conn_state {0}")]
    [InlineData("OUTCOME", "outcome is {0}")]
    [InlineData("END", "no resets by {0}")]
    [InlineData("TIME", "handshake within 1 {0}")]
    public void EveryListedWordIsAcceptedAndNoneIsMissing(string word, string rule)
    {
        var row = Assert.Single(Lines, line => line.StartsWith($"| {word} |", StringComparison.Ordinal)).Split('|')[2];
        var words = Code().Matches(row).Select(match => match.Groups[1].Value).ToArray();
        Assert.All(words, w => Expectation.Parse(string.Format(null, rule, w)));

        var refused = Assert.Throws<QueryException>(() => Expectation.Parse(string.Format(null, rule, "xyzxyz"))).Message;
        Assert.All(words, w => Assert.Contains(w, refused));
        if (word is "STATE" or "CAUSE" or "CONN" or "OUTCOME") Assert.Equal(words.Length, refused.Split("one of ")[1].Split(", but ")[0].Split(", ").Length);
    }

    /// <summary>The code in a column of the table with this head.</summary>
    private static IEnumerable<string> ExamplesOf(string head, int column) => Lines
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => Code().Matches(line.Split('|')[column + 1])[0].Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
