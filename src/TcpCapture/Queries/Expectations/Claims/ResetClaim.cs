using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>reset by server because unread-data</c>: the first RST, its sender and its cause; null matches any.</summary>
internal sealed record ResetClaim(Side? By, Cause? Cause) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var diagnosis = facts.Connection.Diagnosis;
        if (diagnosis.ResetBy is not { } by) return Judgement.Broken("it was not reset", Basis.EverySegment);
        var because = $"the {by.ToText()} reset it ({diagnosis.Cause.ToText()}): {diagnosis.What.TrimEnd('.')}";
        var events = facts[by].Resets;
        if (By is { } side && by != side) return Judgement.Broken(because, Basis.Seen, events);
        if (Cause is not { } cause || diagnosis.Cause == cause) return Judgement.Held(because, Basis.Seen, events);
        return diagnosis.Cause == Model.Cause.Unknown || diagnosis.AlsoPossible.Contains(cause)
            ? Judgement.CannotTell(because, events) : Judgement.Broken(because, Basis.Seen, events);
    }

    public override string ToString() =>
        $"reset{(By is { } side ? $" by {side.ToText()}" : "")}{(Cause is { } cause ? $" because {cause.ToText()}" : "")}";
}
