using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary>Finds an end's entry into a state, or the reason why it is unknown.</summary>
internal static class StateSearch
{
    /// <summary>Index of an end's first entry into a state, or -1.</summary>
    public static int Find(EndFacts end, TcpState state)
    {
        for (var i = 0; i < end.States.Count; i++)
            if (end.States[i].State == state) return i;
        return -1;
    }

    /// <summary>Why it is unknown whether an end never entered a state; null if it is known.</summary>
    public static string? WhyUnknown(ConnectionFacts facts, Side side, TcpState state)
    {
        var connection = facts.Connection;
        if (connection[side].FinalState is null) return $"nothing in the {facts.Info.Whole} shows the {side.ToText()}'s state";
        if (facts[side].IsCut) return $"the {side.ToText()} changed its state more often than can be kept";
        return connection.BeganEarlier && state is TcpState.SynSent or TcpState.SynRecv or TcpState.Established
            ? $"it began before the {facts.Info.Whole}, so its earlier states were not seen"
            : null;
    }

    /// <summary>The judgement if no entry into the state was seen.</summary>
    public static Judgement NotEntered(ConnectionFacts facts, Side side, TcpState state, Outcome outcome)
    {
        if (WhyUnknown(facts, side, state) is { } why) return Judgement.CannotTell(why);
        var because = $"the {side.ToText()} never entered {state.ToRfcName()}: it ended in {facts.Connection[side].State.ToRfcName()}";
        IReadOnlyList<VerdictEvent> events = facts[side].States is [.., var last] ? [last.Event] : [];
        return new Judgement(outcome, because, Basis.EveryState, events);
    }

    /// <summary>A length of time known between bounds: <c>47.2 ms</c>, <c>between 0 µs and 1.1 ms</c>.</summary>
    public static string Between(long least, long most)
    {
        var (low, high) = (Duration.ToText(Math.Max(0, least)), Duration.ToText(Math.Max(0, most)));
        return low == high ? low : $"between {low} and {high}";
    }
}
