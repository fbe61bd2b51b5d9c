using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>neither end stays in CLOSE_WAIT longer than 5 s</c>; a side for one end. An end need not enter the state.</summary>
internal sealed record StayClaim(Side? Side, TcpState State, long Nanoseconds) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        if (Side is { } side) return Judge(facts, side);
        var (client, server) = (Judge(facts, Model.Side.Client), Judge(facts, Model.Side.Server));
        return PassClaim.Rank(server.Outcome) > PassClaim.Rank(client.Outcome)
            || (server.Outcome == client.Outcome && server.Events.Count > client.Events.Count) ? server : client;
    }

    public override string ToString() => Side is { } side
        ? $"{side.ToText()} never stays in {State.ToRfcName()} longer than {RuleDuration.ToText(Nanoseconds)}"
        : $"neither end stays in {State.ToRfcName()} longer than {RuleDuration.ToText(Nanoseconds)}";

    private Judgement Judge(ConnectionFacts facts, Side side)
    {
        if (StateSearch.Find(facts[side], State) >= 0) return new PassClaim(side, State, Nanoseconds).Judge(facts);
        return facts[side].IsCut
            ? Judgement.CannotTell($"the {side.ToText()} changed its state more often than can be kept")
            : Judgement.Held($"the {side.ToText()} was never seen in {State.ToRfcName()}", Basis.EveryState);
    }
}
