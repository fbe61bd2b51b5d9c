using TcpCapture.Queries.Expectations;
using TcpCapture.Queries.Expectations.Claims;

namespace TcpCapture;

/// <summary>
/// A rule that a recording is held against, written as a sentence: <c>no resets</c>, <c>client closes first</c>,
/// <c>server passes through CLOSE_WAIT within 100 ms</c>. Unless it begins otherwise (<c>some connection:</c>,
/// <c>connection 2:</c>) it is about every connection, and there must be one.
/// </summary>
public sealed class Expectation : IEquatable<Expectation>
{
    private const int LongestFile = 1 << 20;

    internal Expectation(Scope scope, IClaim claim)
    {
        Scope = scope;
        Claim = claim;
    }

    internal Expectation(ConnectionsClaim connections) => Connections = connections;

    internal Scope Scope { get; }

    /// <summary>What is said of a connection; null if the rule is about their number.</summary>
    internal IClaim? Claim { get; }

    /// <summary>What is said of the number of connections, or null.</summary>
    internal ConnectionsClaim? Connections { get; }

    /// <summary>Reads a rule.</summary>
    /// <param name="rule">The sentence, at most 500 characters.</param>
    /// <exception cref="TcpCaptureException">It is none; the message says where it stops making sense and suggests what was meant.</exception>
    public static Expectation Parse(string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return RuleParser.Parse(rule);
    }

    /// <summary>Reads rules, one a line; what follows a <c>#</c> is a comment, and empty lines count for nothing.</summary>
    /// <param name="text">The lines, at most 1 MiB.</param>
    /// <exception cref="TcpCaptureException">A line is no rule; or the text is too long.</exception>
    public static IReadOnlyList<Expectation> ParseLines(TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var characters = new char[LongestFile + 1];
        var length = text.ReadBlock(characters); // not by lines: what has no line end would be read until memory is full
        if (length > LongestFile) throw new QueryException($"It is too long: a file of rules has at most {LongestFile} characters.", 1);
        using var lines = new StringReader(new string(characters, 0, length));
        var rules = new List<Expectation>();
        var number = 0;
        while (lines.ReadLine() is { } line)
        {
            number++;
            var rule = line.Split('#')[0];
            if (string.IsNullOrWhiteSpace(rule)) continue;
            try
            {
                rules.Add(RuleParser.Parse(rule.TrimEnd()));
            }
            catch (QueryException error)
            {
                throw new QueryException($"Line {number}: {error.Message}", error.Column, number);
            }
        }

        return rules;
    }

    /// <summary>The rule in its plainest wording, which reads as the same rule.</summary>
    public override string ToString() => Claim is null ? $"{Connections}" : $"{Scope}{Claim}";

    /// <summary>True if both rules say the same, however they were worded.</summary>
    public bool Equals(Expectation? other) =>
        other is not null && other.Scope == Scope && Equals(other.Claim, Claim) && Equals(other.Connections, Connections);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Expectation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scope, Claim, Connections);
}
