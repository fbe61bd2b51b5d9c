using TcpCapture.Findings;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>handshake within 10 ms</c>: from the first SYN to the handshake's last ACK, by capture time.</summary>
internal sealed record HandshakeClaim(long Nanoseconds) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var connection = facts.Connection;
        if (connection.BeganEarlier) return Judgement.CannotTell($"it began before the {facts.Info.Whole}: its handshake was not seen");
        VerdictEvent[] events = [.. new[] { facts.Client.FirstSyn, facts.Handshake }.OfType<VerdictEvent>()];
        if (connection.Established is null || connection.FirstSyn is null)
        {
            var why = connection.Diagnosis.What is { Length: > 0 } what ? $": {what.TrimEnd('.')}" : "";
            return Judgement.Broken($"the handshake was not completed{why}", Basis.EverySegment, events);
        }

        if (connection.HandshakeNanoseconds is not { } taken) return Judgement.CannotTell("its frames have no times in order");
        var because = $"the handshake took {Duration.ToText(taken)}";
        return Judgement.Of(taken <= Nanoseconds, because, Basis.Seen, events);
    }

    public override string ToString() => $"handshake within {RuleDuration.ToText(Nanoseconds)}";
}
