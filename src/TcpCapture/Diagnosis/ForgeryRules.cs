using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Whether a device on the path sent the RST in the peer's name.</summary>
internal static class ForgeryRules
{
    private const long Second = 1_000_000_000;

    /// <summary>After so long a silence a device answers because it forgot the connection, not to break it.</summary>
    private const long LongSilence = 10 * Second;

    /// <summary>The signs that the peer did not send the RST; null if there are none.</summary>
    public static ConnectionDiagnosis? Judge(in Case @case, ResetClue reset)
    {
        if (reset.Silence >= LongSilence && reset is { HasOtherTtl: true, SenderWentOn: 0 }) return null; // a device forgot the connection
        var signs = new List<string>();
        var side = reset.By.ToText();
        if (reset.Witness is { LivesOn: true })
            signs.Add($"the {side}'s kernel is on this host and did not send it: its socket lived on");
        if (reset.SenderWentOn > 0)
            signs.Add(string.Create(CultureInfo.InvariantCulture, $"the {side} goes on after it (frame {reset.SenderWentOnFrame})"));
        if (reset.HasOtherTtl)
        {
            signs.Add(string.Create(CultureInfo.InvariantCulture,
                $"its TTL is {reset.Ttl}, that of the {side}'s other segments {reset.UsualTtl}"));
        }

        if (PairOf(@case, reset) is { } second)
        {
            signs.Add(string.Create(CultureInfo.InvariantCulture,
                $"a second RST follows {Case.Span(second.Time - reset.Time)} later (frame {second.Frame}) with a number"
                + $" {SequenceNumber.Difference(second.Seq, reset.Seq)} higher"));
        }

        if (IsTooFast(reset))
        {
            signs.Add(string.Create(CultureInfo.InvariantCulture,
                $"it acknowledges data that passed {Case.Span(reset.SinceHeard)} before, and the {side} never answered in less than"
                + $" {Case.Span(reset.FastestAnswer * 1000L)}"));
        }

        if (signs.Count == 0) return null;
        if (reset is { HasAck: true, HasTimestamps: false, UsuallyHasTimestamps: true })
            signs.Add("it has no timestamps although they were negotiated");
        var isCertain = reset.Witness is { LivesOn: true } || (reset.SenderWentOn > 0 && signs.Count >= 2);
        var wasClosed = @case.Client.FinEvent != 0 && @case.Server.FinEvent != 0;
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Reset,
            Summary = $"reset in the {side}'s name: injected",
            Cause = Cause.Injected,
            Confidence = isCertain ? Confidence.Certain : Confidence.Likely,
            AlsoPossible = isCertain || wasClosed ? [] : [Cause.Abort],
            Frames = [.. new[] { reset.Frame, reset.SenderWentOnFrame }.Where(frame => frame != 0)],
            Event = reset.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The RST of frame {reset.Frame} was not sent by the {side}: a device on the path forged it."),
            Why = Sentence(signs),
            NextStep = "Capture at the other end: the RST is missing there, or comes in this end's name. Look for firewalls and"
                + " filters between.",
        };
    }

    /// <summary>A second RST of the same end at once, with a higher number: the pattern of injecting devices.</summary>
    private static ResetClue? PairOf(in Case @case, ResetClue reset) => @case.Clues.Resets.FirstOrDefault(other =>
        other.By == reset.By && other.Frame > reset.Frame && other.Time - reset.Time < Second / 20 && other.Fit == ResetFit.InWindow
        && !other.IsAnswer && SequenceNumber.Difference(other.Seq, reset.Seq) >= 100);

    /// <summary>It acknowledges data that its sender cannot have received yet.</summary>
    private static bool IsTooFast(ResetClue reset) =>
        reset is
        {
            HasAck: true, LostBytes: > 0, FastestAnswer: > 1000, SinceHeard: >= 0, Answers: AnsweredKind.Nothing,
            AfterOwnFin: false
        }
        && reset.AcksAll && reset.SinceHeard * 4 < reset.FastestAnswer * 1000L;

    private static string Sentence(List<string> signs)
    {
        var text = string.Join("; ", signs);
        return char.ToUpperInvariant(text[0]) + text[1..] + ".";
    }
}
