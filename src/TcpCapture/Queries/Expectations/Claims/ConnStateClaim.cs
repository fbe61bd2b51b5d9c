using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>conn_state SF or S1</c>, in Zeek's terms.</summary>
/// <param name="States">The states allowed, joined by <c> or </c>.</param>
internal sealed record ConnStateClaim(string States) : IClaim
{
    public const string Separator = " or ";

    private readonly string[] _states = States.Split(Separator);

    public Judgement Judge(ConnectionFacts facts)
    {
        var actual = facts.Connection.ConnState.ToText();
        VerdictEvent[] events =
        [
            .. new[] { facts.Client.Fin, facts.Server.Fin }.OfType<VerdictEvent>()
                .Concat(facts.Client.Resets).Concat(facts.Server.Resets).OrderBy(m => m.Number).Take(EndFacts.MaxEvents),
        ];
        var history = facts.Connection.History is { Length: > 0 } letters ? letters : "empty";
        var because = $"its conn_state is {actual}, its history {history}";
        return Judgement.Of(_states.Contains(actual), because, Basis.EverySegment, events);
    }

    public bool Equals(ConnStateClaim? other) => other?.States == States;
    public override int GetHashCode() => States.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => $"conn_state {States}";
}
