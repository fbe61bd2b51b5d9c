using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>client reaches ESTABLISHED within 50 ms</c>: the time counts from the first SYN; null means no limit.</summary>
internal sealed record ReachClaim(Side Side, TcpState State, long? Nanoseconds) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var end = facts[Side];
        var index = StateSearch.Find(end, State);
        if (index < 0) return StateSearch.NotEntered(facts, Side, State, Outcome.Broken);
        var entry = end.States[index];
        var who = $"the {Side.ToText()} entered {State.ToRfcName()}";
        if (Nanoseconds is not { } limit) return Judgement.Held(who, Basis.Seen, entry.Event);
        if (facts.Connection.FirstSyn is not { } begin)
            return Judgement.CannotTell($"{who}, but the first SYN, from which the time counts, was not seen", entry.Event);

        // The trace has its own clock; its offset to the capture's clock is known to some microseconds.
        var clock = entry.Evidence == Evidence.Traced ? facts.Info.TraceClockBoundNanoseconds ?? 0 : 0;
        var least = entry.Earliest - begin - clock;
        VerdictEvent[] events = facts.Client.FirstSyn is { } syn && syn.Number != entry.Event.Number
            ? [.. new[] { syn, entry.Event }.OrderBy(m => m.Number)] : [entry.Event];
        if (end.LatestOf(index) is not { } latest)
        {
            return least > limit
                ? Judgement.Broken($"{who} more than {StateSearch.Between(least, least)} after the SYN", Basis.Seen, events)
                : Judgement.CannotTell($"{who}, and nothing that was seen shows by when", events);
        }

        var most = latest - begin + clock;
        var because = $"{who} {StateSearch.Between(least, most)} after the SYN ({entry.Evidence.ToText()})";
        return Judgement.OfTime(least, most, limit, because, events);
    }

    public override string ToString() =>
        $"{Side.ToText()} reaches {State.ToRfcName()}{(Nanoseconds is { } limit ? $" within {RuleDuration.ToText(limit)}" : "")}";
}
