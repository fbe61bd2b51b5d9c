using TcpCapture.Correlation;
using TcpCapture.Diagnosis;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>client closes first</c>, <c>both close at once</c>, <c>nobody closes</c>. An RST closes nothing in this sense: it aborts.</summary>
internal sealed record ClosingClaim(Closer Closer) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var connection = facts.Connection;
        var actual = connection.FirstToFinish switch
        {
            null => Closer.Nobody,
            _ when connection.FinsCrossed => Closer.Both,
            Side.Client => Closer.Client,
            _ => Closer.Server,
        };
        VerdictEvent[] fins = [.. new[] { facts.Client.Fin, facts.Server.Fin }.OfType<VerdictEvent>().OrderBy(m => m.Number)];
        var because = actual switch
        {
            Closer.Nobody when connection.Reset is { } reset => $"nobody sent a FIN: the {reset.By.ToText()} reset it",
            Closer.Nobody => "nobody sent a FIN",
            Closer.Both => "both closed: their FINs crossed",
            _ => $"the {Name(actual)} closed first",
        };
        IReadOnlyList<VerdictEvent> events = fins.Length > 0 ? fins : facts.Client.Resets.Count > 0 ? facts.Client.Resets : facts.Server.Resets;
        return actual == Closer
            ? Judgement.Held(because, Basis.EverySegment, events)
            : Judgement.Broken(because, Basis.EverySegment, events);
    }

    public override string ToString() => Closer switch
    {
        Closer.Both => "both close at once",
        Closer.Nobody => "nobody closes",
        _ => $"{Name(Closer)} closes first",
    };

    private static string Name(Closer closer) => closer == Closer.Client ? "client" : "server";
}
