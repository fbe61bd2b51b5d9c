namespace TcpCapture.Queries.Expectations;

/// <summary>Rules that a timeline was held against did not hold. The message says which, for whom, why, and which events show it.</summary>
public sealed class ExpectationFailedException : Exception
{
    /// <summary>Tells of rules that did not hold.</summary>
    /// <param name="results">What became of every rule.</param>
    public ExpectationFailedException(IReadOnlyList<ExpectationResult> results)
        : base(Describe(results)) => Results = results;

    /// <summary>What became of every rule, also of those that held.</summary>
    public IReadOnlyList<ExpectationResult> Results { get; }

    private static string Describe(IReadOnlyList<ExpectationResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return string.Join(Environment.NewLine, results.Where(r => r.Outcome != Outcome.Held));
    }
}
