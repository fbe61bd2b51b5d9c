using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>server passes through CLOSE_WAIT within 100 ms</c>: it leaves the state each time; null means no limit.</summary>
internal sealed record PassClaim(Side Side, TcpState State, long? Nanoseconds) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var end = facts[Side];
        Judgement? judged = null;
        for (var i = 0; i < end.States.Count; i++)
        {
            if (end.States[i].State != State) continue;
            var stay = JudgeStay(facts, end, i);
            if (judged is null || Rank(stay.Outcome) > Rank(judged.Value.Outcome)) judged = stay;
        }

        if (judged is not { } worst) return StateSearch.NotEntered(facts, Side, State, Outcome.Broken);
        return end.IsCut && worst.Outcome == Outcome.Held
            ? Judgement.CannotTell($"the {Side.ToText()} changed its state more often than can be kept") : worst;
    }

    public override string ToString() =>
        $"{Side.ToText()} passes through {State.ToRfcName()}{(Nanoseconds is { } limit ? $" within {RuleDuration.ToText(limit)}" : "")}";

    private Judgement JudgeStay(ConnectionFacts facts, EndFacts end, int index)
    {
        var entered = end.States[index];
        var isLeft = index + 1 < end.States.Count;
        Timestamp? enteredBy = end.LatestOf(index);
        var least = enteredBy is { } by ? (isLeft ? end.States[index + 1].Earliest : facts.ObservedUntil) - by : 0;
        if (!isLeft)
        {
            var still = $"the {Side.ToText()} was still in {State.ToRfcName()} when the observation ended, "
                + $"after {StateSearch.Between(least, least)}{(enteredBy is null ? " or more" : "")} ({entered.Evidence.ToText()})";
            return Nanoseconds is { } most && least <= most
                ? Judgement.CannotTell(still, entered.Event)
                : Judgement.Broken(still, Basis.EveryState, entered.Event);
        }

        var left = end.States[index + 1];
        VerdictEvent[] events = [entered.Event, left.Event];
        if (Nanoseconds is not { } limit) return Judgement.Held($"the {Side.ToText()} left {State.ToRfcName()} again", Basis.Seen, events);
        var evidence = entered.Evidence < left.Evidence ? entered.Evidence : left.Evidence;
        if (end.LatestOf(index + 1) is not { } leftBy)
        {
            var bound = StateSearch.Between(least, least);
            var longer = $"the {Side.ToText()} spent more than {bound} in {State.ToRfcName()} ({evidence.ToText()})";
            return least > limit
                ? Judgement.Broken(longer, Basis.Seen, events)
                : Judgement.CannotTell($"nothing that was seen shows by when the {Side.ToText()} had left {State.ToRfcName()}", events);
        }

        var longest = leftBy - entered.Earliest;
        var because = $"the {Side.ToText()} spent {StateSearch.Between(least, longest)} in {State.ToRfcName()} ({evidence.ToText()})";
        return Judgement.OfTime(least, longest, limit, because, events);
    }

    internal static int Rank(Outcome outcome) => outcome switch
    {
        Outcome.Held => 0,
        Outcome.CannotTell => 1,
        _ => 2,
    };
}
