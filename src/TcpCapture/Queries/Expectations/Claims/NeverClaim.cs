using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>server never enters CLOSE_WAIT</c>.</summary>
internal sealed record NeverClaim(Side Side, TcpState State) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var index = StateSearch.Find(facts[Side], State);
        if (index < 0) return StateSearch.NotEntered(facts, Side, State, Outcome.Held);
        var entry = facts[Side].States[index];
        return Judgement.Broken($"the {Side.ToText()} entered {State.ToRfcName()} ({entry.Evidence.ToText()})", Basis.Seen, entry.Event);
    }

    public override string ToString() => $"{Side.ToText()} never enters {State.ToRfcName()}";
}
