using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>reset by server because unread-data</c>: the first RST, its sender and its cause; null matches any.</summary>
internal sealed record ResetClaim(Side? By, ResetCause? Cause) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        if (facts.Connection.Reset is not { } reset) return Judgement.Broken("it was not reset", Basis.EverySegment);
        var because = $"the {reset.By.ToText()} reset it ({reset.Cause.ToText()}: {reset.Because})";
        var events = facts[reset.By].Resets;
        if (By is { } side && reset.By != side) return Judgement.Broken(because, Basis.Seen, events);
        if (Cause is not { } cause || reset.Cause == cause) return Judgement.Held(because, Basis.Seen, events);
        return reset.Cause == ResetCause.Unknown ? Judgement.CannotTell(because, events) : Judgement.Broken(because, Basis.Seen, events);
    }

    public override string ToString() =>
        $"reset{(By is { } side ? $" by {side.ToText()}" : "")}{(Cause is { } cause ? $" because {cause.ToText()}" : "")}";
}
