namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>conn_state SF or S1</c>, in Zeek's terms.</summary>
/// <param name="States">The states allowed, joined by <c> or </c>.</param>
internal sealed record ConnStateClaim(string States) : IClaim
{
    public const string Separator = " or ";

    /// <summary>Every state there is.</summary>
    public static IReadOnlyList<string> Known { get; } =
        ["S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"];

    private readonly string[] _states = States.Split(Separator);

    public Judgement Judge(ConnectionFacts facts)
    {
        var actual = facts.Report?.ConnState ?? "OTH";
        VerdictEvent[] events =
        [
            .. new[] { facts.Client.Fin, facts.Server.Fin }.OfType<VerdictEvent>()
                .Concat(facts.Client.Resets).Concat(facts.Server.Resets).OrderBy(m => m.Number).Take(EndFacts.MostMarks),
        ];
        var because = $"its conn_state is {actual}, its history {(facts.Report is { History.Length: > 0 } report ? report.History : "empty")}";
        return _states.Contains(actual)
            ? Judgement.Held(because, Basis.EverySegment, events)
            : Judgement.Broken(because, Basis.EverySegment, events);
    }

    public bool Equals(ConnStateClaim? other) => other?.States == States;

    public override int GetHashCode() => States.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"conn_state {States}";
}
