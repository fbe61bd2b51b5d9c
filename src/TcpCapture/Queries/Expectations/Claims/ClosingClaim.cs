using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>client closes first</c>, <c>both close at once</c>, <c>nobody closes</c>. An RST aborts and does not close.</summary>
internal sealed record ClosingClaim(ClosedBy ClosedBy) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var connection = facts.Connection;
        var actual = connection.ClosedBy;
        VerdictEvent[] fins = [.. new[] { facts.Client.Fin, facts.Server.Fin }.OfType<VerdictEvent>().OrderBy(m => m.Number)];
        var because = actual switch
        {
            ClosedBy.Nobody when connection.Diagnosis.ResetBy is { } by => $"neither end sent a FIN: the {by.ToText()} reset it",
            ClosedBy.Nobody => "neither end sent a FIN",
            ClosedBy.Both => "both closed: their FINs crossed",
            _ => $"the {actual.ToText()} closed first",
        };
        IReadOnlyList<VerdictEvent> events = fins.Length > 0 ? fins
            : facts.Client.Resets.Count > 0 ? facts.Client.Resets : facts.Server.Resets;
        return Judgement.Of(actual == ClosedBy, because, Basis.EverySegment, events);
    }

    public override string ToString() => ClosedBy switch
    {
        ClosedBy.Both => "both close at once",
        ClosedBy.Nobody => "nobody closes",
        _ => $"{ClosedBy.ToText()} closes first",
    };
}
