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

/// <summary>What has to be true of a recording for a judgement to be right.</summary>
internal enum Basis : byte
{
    /// <summary>Nothing: it rests on what was seen.</summary>
    Seen,

    /// <summary>That no segment was missed, for it rests on one not having been seen.</summary>
    EverySegment,

    /// <summary>That neither a segment nor a report of the kernel was missed.</summary>
    EveryState,
}

/// <summary>What a rule says of a connection. <see cref="object.ToString"/> writes it as a rule again.</summary>
internal interface IClaim
{
    /// <summary>Compares it with a connection of which nothing more will be said.</summary>
    Judgement Judge(ConnectionFacts facts);
}
