using System.Globalization;
using System.Text;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture;

/// <summary>The result of a rule.</summary>
public sealed record ExpectationResult
{
    /// <summary>Maximum number of verdicts kept per outcome; others are only counted.</summary>
    internal const int MaxVerdicts = 1000;
    private const int MaxShown = 5; // maximum number of verdicts that ToString writes

    internal ExpectationResult(Expectation expectation, Outcome outcome, IReadOnlyList<Verdict> verdicts) =>
        (Expectation, Outcome, Verdicts) = (expectation, outcome, verdicts);

    /// <summary>The rule in its canonical wording.</summary>
    public string Rule => Expectation.ToString();

    /// <summary>True if it holds for all connections it is about; for one of them with <c>some connection</c>.</summary>
    public bool IsHeld => Outcome == Outcome.Held;

    /// <summary>True if the recording shows that it does not hold. A rule that is neither held nor broken is not decided.</summary>
    public bool IsBroken => Outcome == Outcome.Broken;

    /// <summary>Number of connections it holds for; 1 or 0 for a rule about the whole recording.</summary>
    public required long Held { get; init; }

    /// <summary>Number of connections it does not hold for.</summary>
    public required long Broken { get; init; }

    /// <summary>Number of connections for which the outcome is unknown.</summary>
    public required long CannotTell { get; init; }

    internal Expectation Expectation { get; }

    internal Outcome Outcome { get; }

    /// <summary>
    /// The verdicts: broken, unknown, held; each in the order the connections ended, at most <see cref="MaxVerdicts"/> of each.
    /// </summary>
    internal IReadOnlyList<Verdict> Verdicts { get; }

    /// <summary>The rule and, if it did not hold, for which connections, why, and the events that show it.</summary>
    public override string ToString()
    {
        if (Outcome == Outcome.Held) return $"held: {Expectation}";
        var text = new StringBuilder($"{Outcome.ToText().ToUpperInvariant()}: {Expectation}");
        var against = Verdicts.Where(v => v.Outcome != Outcome.Held).ToArray();
        foreach (var verdict in against.Take(MaxShown)) Write(text, verdict);
        var more = Broken + CannotTell - Math.Min(MaxShown, against.Length);
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

/// <summary>The outcome of a rule.</summary>
internal enum Outcome : byte
{
    /// <summary>The recording shows that it holds.</summary>
    Held,

    /// <summary>The recording shows that it does not hold.</summary>
    Broken,

    /// <summary>The recording does not decide it. Counts as not held: a test without evidence must not pass.</summary>
    CannotTell,
}

internal static class OutcomeText
{
    private static readonly string[] Words = ["held", "broken", "cannot tell"];

    public static string ToText(this Outcome outcome) => Words[(int)outcome];
}

/// <summary>The outcome of a rule for one connection, or for the whole recording.</summary>
/// <param name="Connection">Number of the connection; null for the whole recording.</param>
/// <param name="About">Its subject, for people: <c>connection 1 (127.0.0.1:40000 → 127.0.0.1:80)</c>.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Because">Why, as a clause without a full stop, free of control characters.</param>
/// <param name="Events">The events that show it, in order; the first few if there are many.</param>
internal sealed record Verdict(
    int? Connection, string About, Outcome Outcome, string Because, IReadOnlyList<VerdictEvent> Events);

/// <summary>An event of the timeline that shows a verdict.</summary>
/// <param name="Number">Its number in timeline.csv.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Elapsed">Nanoseconds since the recording's start.</param>
/// <param name="Text">What happened, in a few words.</param>
internal readonly record struct VerdictEvent(long Number, Timestamp Time, long Elapsed, string Text)
{
    /// <summary>Describes a segment or a change of state. Allocates, so only for events that are kept.</summary>
    public static VerdictEvent Of(in TimelineEvent e, Timestamp start)
    {
        var who = e.Side!.Value.ToText();
        var text = e.Kind == EventKind.State
            ? $"{who} {e.OldState.ToRfcName()} → {e.NewState.ToRfcName()} ({e.Evidence.ToText()})"
            : string.Create(CultureInfo.InvariantCulture, $"{who} {e.Segment.Flags.ToTcpdump()}")
                + (e.Segment.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $", {e.Segment.Length} bytes") : "")
                + (e.IsRetransmission ? ", retransmission" : "");
        return new VerdictEvent(e.Number, e.Time, e.Time - start, text);
    }
}

/// <summary>Rules did not hold. The message says which, for which connections, why, and which events show it.</summary>
public sealed class ExpectationFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="results">The results of all rules.</param>
    public ExpectationFailedException(IReadOnlyList<ExpectationResult> results)
        : base(Describe(results)) => Results = results;

    /// <summary>The results of all rules, including those that held.</summary>
    public IReadOnlyList<ExpectationResult> Results { get; }

    private static string Describe(IReadOnlyList<ExpectationResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return string.Join(Environment.NewLine, results.Where(result => !result.IsHeld));
    }
}
