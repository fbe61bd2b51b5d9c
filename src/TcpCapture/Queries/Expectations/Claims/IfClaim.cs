namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>if client closes first then no resets</c>: holds for a connection for which the condition does not.</summary>
internal sealed record IfClaim(IClaim Condition, IClaim Consequence) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var condition = Condition.Judge(facts);
        if (condition.Outcome == Outcome.Broken) return condition with { Outcome = Outcome.Held };
        var consequence = Consequence.Judge(facts);
        if (consequence.Outcome == Outcome.Held) return consequence;
        if (condition.Outcome == Outcome.CannotTell) return condition;
        return consequence with { Basis = condition.Basis > consequence.Basis ? condition.Basis : consequence.Basis };
    }

    public override string ToString() => $"if {Condition} then {Consequence}";
}
