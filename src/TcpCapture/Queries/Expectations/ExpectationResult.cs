using System.Globalization;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture;

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

/// <summary>What became of a rule.</summary>
public enum Outcome : byte
{
    /// <summary>What was recorded shows that it holds.</summary>
    Held,

    /// <summary>What was recorded shows that it does not hold.</summary>
    Broken,

    /// <summary>What was recorded does not decide it. Counts as not held: a test that proves nothing must not pass.</summary>
    CannotTell,
}

/// <summary>How outcomes are written.</summary>
public static class OutcomeText
{
    /// <summary><c>held</c>, <c>broken</c> or <c>cannot tell</c>.</summary>
    public static string ToText(this Outcome outcome) => outcome switch
    {
        Outcome.Held => "held",
        Outcome.Broken => "broken",
        _ => "cannot tell",
    };
}

/// <summary>What became of a rule for one connection, or for the recording as a whole.</summary>
/// <param name="Connection">Number of the connection; null if it is about the recording as a whole.</param>
/// <param name="About">Who it is about, for people: <c>connection 1 (127.0.0.1:40000 → 127.0.0.1:80)</c>.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Because">Why, as a clause without a full stop, free of control characters.</param>
/// <param name="Events">The events it rests on, in their order, the first few if there are many; may be empty.</param>
public sealed record Verdict(
    int? Connection, string About, Outcome Outcome, string Because, IReadOnlyList<VerdictEvent> Events);

/// <summary>An event of the timeline that a verdict rests on.</summary>
/// <param name="Number">Its number in timeline.csv.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Elapsed">Nanoseconds since the recording's start.</param>
/// <param name="Text">What happened, in a few words.</param>
public readonly record struct VerdictEvent(long Number, Timestamp Time, long Elapsed, string Text)
{
    /// <summary>Describes a segment or a change of state of an end. It allocates: only what is kept is described.</summary>
    internal static VerdictEvent Of(in TimelineEvent e, Timestamp start)
    {
        var who = e.Side!.Value.ToText();
        var text = e.Kind == EventKind.State
            ? $"{who} {e.OldState.ToRfcName()} → {e.NewState.ToRfcName()} ({e.Evidence.ToText()})"
            : string.Create(CultureInfo.InvariantCulture,
                $"{who} {e.Segment.Flags.ToTcpdump()}{(e.Segment.Length > 0 ? $", {e.Segment.Length} bytes" : "")}{(e.IsRetransmission ? ", again" : "")}");
        return new VerdictEvent(e.Number, e.Time, e.Time - start, text);
    }
}

/// <summary>Rules that a timeline was held against did not hold. The message says which, for whom, why, and which events show it.</summary>
public sealed class ExpectationFailedException : Exception
{
    /// <summary>Tells of rules that did not hold.</summary>
    /// <param name="results">What became of every rule.</param>
    public ExpectationFailedException(IReadOnlyList<ExpectationResult> results)
        : base(Describe(results)) => Results = results;

    /// <summary>What became of every rule, also of those that held.</summary>
    public IReadOnlyList<ExpectationResult> Results { get; }

    private static string Describe(IReadOnlyList<ExpectationResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return string.Join(Environment.NewLine, results.Where(r => r.Outcome != Outcome.Held));
    }
}
