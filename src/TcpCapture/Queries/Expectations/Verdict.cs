namespace TcpCapture.Queries.Expectations;

/// <summary>What became of a rule for one connection, or for the recording as a whole.</summary>
/// <param name="Connection">Number of the connection; null if it is about the recording as a whole.</param>
/// <param name="About">Who it is about, for people: <c>connection 1 (127.0.0.1:40000 → 127.0.0.1:80)</c>.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Because">Why, as a clause without a full stop, free of control characters.</param>
/// <param name="Events">The events it rests on, in their order, the first few if there are many; may be empty.</param>
public sealed record Verdict(
    int? Connection, string About, Outcome Outcome, string Because, IReadOnlyList<VerdictEvent> Events);
