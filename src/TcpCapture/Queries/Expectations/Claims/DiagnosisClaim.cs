using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>outcome is closed or reset</c>, <c>cause is not injected</c>: the words of docs/diagnosis.md.</summary>
/// <param name="IsCause">True for the cause, false for the outcome.</param>
/// <param name="Words">The words, joined by <c> or </c>.</param>
/// <param name="IsNot">True if it must be none of them.</param>
internal sealed record DiagnosisClaim(bool IsCause, string Words, bool IsNot) : IClaim
{
    private readonly string[] _words = Words.Split(ConnStateClaim.Separator);

    public Judgement Judge(ConnectionFacts facts)
    {
        var diagnosis = facts.Connection.Diagnosis;
        var actual = IsCause ? diagnosis.Cause.ToText() : diagnosis.Outcome.ToText();
        var sure = diagnosis is { Cause: Cause.None } or { Confidence: Confidence.Certain } ? "" : $" ({diagnosis.Confidence.ToText()})";
        var because = $"its {(IsCause ? "cause" : "outcome")} is {actual}{(IsCause ? sure : "")}"
            + (diagnosis.What.Length > 0 ? $": {diagnosis.What.TrimEnd('.')}" : "");
        VerdictEvent[] events = [.. facts.Client.Resets.Concat(facts.Server.Resets).OrderBy(m => m.Number).Take(EndFacts.MaxEvents)];
        var holds = Holds(actual);
        var isOpen = IsCause && diagnosis.Confidence != Confidence.Certain && diagnosis.Cause != Cause.None
            && diagnosis.AlsoPossible.Any(cause => Holds(cause.ToText()) != holds);
        var others = string.Join(", ", diagnosis.AlsoPossible.Select(cause => cause.ToText()));
        return isOpen ? Judgement.CannotTell($"{because}; also possible: {others}", events)
            : Judgement.Of(holds, because, Basis.EverySegment, events);
    }

    public bool Equals(DiagnosisClaim? other) => other is not null && (other.IsCause, other.Words, other.IsNot) == (IsCause, Words, IsNot);

    public override int GetHashCode() => HashCode.Combine(IsCause, Words, IsNot);

    public override string ToString() => $"{(IsCause ? "cause" : "outcome")} is {(IsNot ? "not " : "")}{Words}";

    private bool Holds(string actual) => _words.Contains(actual) != IsNot;
}
