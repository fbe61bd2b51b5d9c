using System.Globalization;
using System.Text;

namespace TcpCapture.Queries.Expectations;

/// <summary>What became of a rule.</summary>
public sealed record ExpectationResult
{
    /// <summary>Most verdicts kept of each outcome; the others are only counted.</summary>
    public const int MostVerdicts = 1000;

    /// <summary>Verdicts that <see cref="ToString"/> writes out.</summary>
    private const int MostShown = 5;

    /// <summary>The rule.</summary>
    public required Expectation Expectation { get; init; }

    /// <summary>Whether it holds for all it is about (for one of them, if it says <c>some connection</c>).</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Connections it holds for. 1 or 0 for a rule about the recording as a whole.</summary>
    public required long Held { get; init; }

    /// <summary>Connections it does not hold for.</summary>
    public required long Broken { get; init; }

    /// <summary>Connections it cannot be told for.</summary>
    public required long CannotTell { get; init; }

    /// <summary>
    /// The verdicts: first the broken, then those that cannot be told, then those that hold, each in the order the connections
    /// ended, at most <see cref="MostVerdicts"/> of each.
    /// </summary>
    public required IReadOnlyList<Verdict> Verdicts { get; init; }

    /// <summary>The rule and, if it did not hold, for whom, why, and the events that show it: a few lines without colours.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Outcome switch
        {
            Outcome.Held => "held: ",
            Outcome.Broken => "BROKEN: ",
            _ => "CANNOT TELL: ",
        });
        text.Append(Expectation);
        if (Outcome == Outcome.Held) return text.ToString();
        var against = Verdicts.Where(v => v.Outcome != Outcome.Held).ToArray();
        foreach (var verdict in against.Take(MostShown)) Write(text, verdict);
        var more = Broken + CannotTell - Math.Min(MostShown, against.Length);
        if (more > 0) text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}  and for {more} more connections");
        if (Held > 0) text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}  (it held for {Held})");
        return text.ToString();
    }

    private void Write(StringBuilder text, Verdict verdict)
    {
        var doubt = verdict.Outcome == Outcome.CannotTell && Outcome != Outcome.CannotTell ? "cannot tell: " : "";
        text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}  {verdict.About}: {doubt}{verdict.Because}");
        foreach (var e in verdict.Events)
            text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}    event {e.Number,-5} {e.Elapsed / 1e9,11:F6} s  {e.Text}");
    }
}
