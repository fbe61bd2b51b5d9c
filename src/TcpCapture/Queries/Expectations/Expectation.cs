using System.Globalization;
using TcpCapture.Queries.Expectations.Claims;

namespace TcpCapture.Queries.Expectations;

/// <summary>
/// A rule about a recording, written as a sentence: <c>no resets</c>, <c>client closes first</c>,
/// <c>server passes through CLOSE_WAIT within 100 ms</c>. It must hold for every connection, and there must be one, unless it
/// begins with <c>some connection:</c> or <c>connection 2:</c>.
/// </summary>
internal sealed class Expectation : IEquatable<Expectation>
{
    private const int MaxFileLength = 1 << 20;

    public Expectation(Scope scope, IClaim claim)
    {
        Scope = scope;
        Claim = claim;
    }

    public Expectation(ConnectionsClaim connections) => Connections = connections;

    public Scope Scope { get; }

    /// <summary>The claim about a connection; null if the rule is about the number of connections.</summary>
    public IClaim? Claim { get; }

    public ConnectionsClaim? Connections { get; }

    /// <summary>Reads a rule.</summary>
    /// <param name="rule">The sentence, at most 500 characters.</param>
    /// <exception cref="TcpCaptureException">It is not a rule; the message has the place, what was expected and a suggestion.</exception>
    public static Expectation Parse(string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return RuleParser.Parse(rule);
    }

    /// <summary>Reads rules, one per line. Text after a <c>#</c> is a comment; empty lines are ignored.</summary>
    /// <param name="text">The lines, at most 1 MiB.</param>
    /// <exception cref="TcpCaptureException">A line is not a rule, or the text is too long.</exception>
    public static IReadOnlyList<Expectation> ParseLines(TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var characters = new char[MaxFileLength + 1];
        var length = text.ReadBlock(characters); // not by lines: a file without line ends would fill memory
        if (length > MaxFileLength)
            throw new QueryException($"The text is too long: a file of rules has at most {MaxFileLength} characters.", 1);
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

    /// <summary>The rule in its canonical wording, which parses to the same rule.</summary>
    public override string ToString() => Claim is null ? $"{Connections}" : $"{Scope}{Claim}";

    /// <summary>True if both rules mean the same.</summary>
    public bool Equals(Expectation? other) =>
        other is not null && other.Scope == Scope && Equals(other.Claim, Claim) && Equals(other.Connections, Connections);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Expectation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scope, Claim, Connections);
}

internal enum ScopeKind : byte
{
    Every, // and there must be one
    Some,
    One, // by its number
}

/// <summary>The connections a rule is about; Number is the connection's for <see cref="ScopeKind.One"/>, else 0.</summary>
internal readonly record struct Scope(ScopeKind Kind, int Number = 0)
{
    public bool Covers(int connection) => Kind != ScopeKind.One || Number == connection;

    /// <summary>The start of a rule; empty for every connection.</summary>
    public override string ToString() => Kind switch
    {
        ScopeKind.Some => "some connection: ",
        ScopeKind.One => string.Create(CultureInfo.InvariantCulture, $"connection {Number}: "),
        _ => "",
    };
}
