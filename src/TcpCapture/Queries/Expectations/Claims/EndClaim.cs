using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>client ends in TIME_WAIT</c>: its state when the observation ended.</summary>
internal sealed record EndClaim(Side Side, TcpState State) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var end = facts.Connection[Side];
        if (end.FinalState is not { } final)
            return Judgement.CannotTell($"nothing in the {facts.Info.Whole} shows the {Side.ToText()}'s state");
        var because = $"the {Side.ToText()} ended in {final.ToRfcName()} ({end.Evidence.ToText()})";
        IReadOnlyList<VerdictEvent> events = facts[Side].States is [.., var last] ? [last.Event] : [];
        var basis = end.Evidence == Evidence.Inferred ? Basis.EveryState : Basis.Seen;
        return Judgement.Of(final == State, because, basis, events);
    }

    public override string ToString() => $"{Side.ToText()} ends in {State.ToRfcName()}";
}
