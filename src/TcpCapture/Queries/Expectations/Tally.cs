using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>Counts the judgements of a rule by outcome and basis. Memory is bounded.</summary>
// They are weighed at the end, because only then it is known what the recording missed.
internal sealed class Tally(Expectation expectation)
{
    private static readonly int Kinds = Enum.GetValues<Basis>().Length;

    private readonly long[,] _counts = new long[Enum.GetValues<Outcome>().Length, Kinds];
    private readonly List<(Verdict Verdict, Basis Basis)>[] _kept = [[], [], []];

    public Expectation Expectation => expectation;

    public void Add(int? connection, string about, in Judgement judgement)
    {
        _counts[(int)judgement.Outcome, (int)judgement.Basis]++;
        var kept = _kept[(int)judgement.Outcome];
        if (kept.Count >= ExpectationResult.MaxVerdicts) return;
        var verdict = new Verdict(connection, about, judgement.Outcome, PlainText.Of(judgement.Because), [.. judgement.Events]);
        kept.Add((verdict, judgement.Basis));
    }

    /// <summary>The result of the rule; <paramref name="whole"/> is <c>the recording</c> or <c>the capture</c>.</summary>
    public ExpectationResult Complete(in Incompleteness missed, string whole)
    {
        var (held, broken, cannotTell) = (0L, 0L, 0L);
        for (var basis = 0; basis < Kinds; basis++)
        {
            var isCertain = missed.Of((Basis)basis) is null;
            cannotTell += _counts[(int)Outcome.CannotTell, basis];
            var (yes, no) = (_counts[(int)Outcome.Held, basis], _counts[(int)Outcome.Broken, basis]);
            if (isCertain) (held, broken) = (held + yes, broken + no);
            else cannotTell += yes + no;
        }

        if (held + broken + cannotTell == 0)
        {
            cannotTell = 1;
            _kept[(int)Outcome.CannotTell].Add((new Verdict(null, whole, Outcome.CannotTell, Absent(), []), Basis.Seen));
        }

        return new ExpectationResult(expectation, Of(held, broken, cannotTell), Weighed(missed))
        {
            Held = held,
            Broken = broken,
            CannotTell = cannotTell,
        };
    }

    private Outcome Of(long held, long broken, long cannotTell)
    {
        if (expectation.Scope.Kind == ScopeKind.Some && held > 0) return Outcome.Held;
        if (expectation.Scope.Kind == ScopeKind.Some) return cannotTell > 0 ? Outcome.CannotTell : Outcome.Broken;
        if (broken > 0) return Outcome.Broken;
        return cannotTell > 0 ? Outcome.CannotTell : Outcome.Held;
    }

    private string Absent() => expectation.Scope.Kind == ScopeKind.One
        ? string.Create(CultureInfo.InvariantCulture, $"there is no connection {expectation.Scope.Number}")
        : "there is no connection";

    private Verdict[] Weighed(Incompleteness missed)
    {
        var weighed = _kept.SelectMany(kept => kept).Select(k => missed.Of(k.Basis) is { } why
            ? k.Verdict with { Outcome = Outcome.CannotTell, Because = $"{why}; as far as was seen, {k.Verdict.Because}" }
            : k.Verdict).ToLookup(v => v.Outcome);
        return [.. weighed[Outcome.Broken], .. weighed[Outcome.CannotTell], .. weighed[Outcome.Held]];
    }
}
