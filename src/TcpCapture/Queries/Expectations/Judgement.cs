namespace TcpCapture.Queries.Expectations;

/// <summary>The judgement of a claim about a connection, its reason as a clause, and the events that show it.</summary>
internal readonly record struct Judgement(Outcome Outcome, string Because, Basis Basis, IReadOnlyList<VerdictEvent> Events)
{
    public static Judgement Held(string because, Basis basis = Basis.Seen, params IReadOnlyList<VerdictEvent> events) =>
        new(Outcome.Held, because, basis, events);

    public static Judgement Broken(string because, Basis basis = Basis.Seen, params IReadOnlyList<VerdictEvent> events) =>
        new(Outcome.Broken, because, basis, events);

    public static Judgement CannotTell(string because, params IReadOnlyList<VerdictEvent> events) =>
        new(Outcome.CannotTell, because, Basis.Seen, events);

    public static Judgement Of(bool holds, string because, Basis basis, IReadOnlyList<VerdictEvent> events) =>
        new(holds ? Outcome.Held : Outcome.Broken, because, basis, events);

    /// <summary>Judges a time known to be from <paramref name="least"/> to <paramref name="most"/>, all in nanoseconds.</summary>
    public static Judgement OfTime(long least, long most, long limit, string because, IReadOnlyList<VerdictEvent> events) =>
        least <= limit && most > limit ? CannotTell(because, events) : Of(most <= limit, because, Basis.Seen, events);
}

/// <summary>The condition for a judgement to be right.</summary>
internal enum Basis : byte
{
    Seen, // none: it follows from what was seen
    EverySegment, // no segment was missed
    EveryState, // neither a segment nor a kernel event was missed
}

/// <summary>A claim about a connection. <see cref="object.ToString"/> writes it as a rule.</summary>
internal interface IClaim
{
    /// <summary>Judges it for a connection that has ended.</summary>
    Judgement Judge(ConnectionFacts facts);
}
