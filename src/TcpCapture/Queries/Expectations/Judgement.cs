namespace TcpCapture.Queries.Expectations;

/// <summary>What a claim says of a connection, as long as what it rests on is true.</summary>
/// <param name="Outcome">What became of the claim.</param>
/// <param name="Because">Why, as a clause.</param>
/// <param name="Basis">What it takes for granted.</param>
/// <param name="Events">The events it rests on.</param>
internal readonly record struct Judgement(Outcome Outcome, string Because, Basis Basis, IReadOnlyList<VerdictEvent> Events)
{
    public static Judgement Held(string because, Basis basis = Basis.Seen, params IReadOnlyList<VerdictEvent> events) =>
        new(Outcome.Held, because, basis, events);

    public static Judgement Broken(string because, Basis basis = Basis.Seen, params IReadOnlyList<VerdictEvent> events) =>
        new(Outcome.Broken, because, basis, events);

    public static Judgement CannotTell(string because, params IReadOnlyList<VerdictEvent> events) =>
        new(Outcome.CannotTell, because, Basis.Seen, events);
}
