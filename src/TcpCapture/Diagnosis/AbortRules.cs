using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Why an end reset the connection on its own, not in answer to a segment.</summary>
internal static class AbortRules
{
    private const long Second = 1_000_000_000;
    private const long LongSilence = 30 * Second;

    public static ConnectionDiagnosis Judge(in Case @case, ResetClue reset)
    {
        var diagnosis = new ConnectionDiagnosis
        {
            Outcome = @case.WasOpen || @case.Client.Bytes > 0 ? ConnectionOutcome.Reset : ConnectionOutcome.Refused,
            Summary = "",
            Confidence = Confidence.Likely,
            Frames = [reset.Frame],
            Event = reset.Event,
        };
        if (reset.Witness is not null && LiveRules.OfAbort(@case, reset, diagnosis) is { } live) return live;
        if (reset is { AfterOwnFin: true, AfterPeerFin: true, UndeliveredBytes: 0 } && (reset.LostBytes == 0 || reset.AcksAll))
        {
            return diagnosis with
            {
                Outcome = ConnectionOutcome.Closed,
                Confidence = Confidence.Certain,
                Summary = $"closed, {@case.Connection.ClosedBy.ToText()} first; then RST",
            };
        }

        return SilenceRules.GivenUp(@case, reset, diagnosis) ?? OfSegments(@case, reset, diagnosis);
    }

    /// <summary>Condition: an RST of an end that had sent its FIN, with nothing of the other end lost.</summary>
    public static ConnectionDiagnosis AfterFin(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var by = @case.Name(reset.By);
        var since = Math.Max(0, reset.Time - reset.FinTime);
        return diagnosis with
        {
            Cause = Cause.Abort,
            Confidence = Confidence.Likely,
            AlsoPossible = [Cause.ProcessExit, Cause.LingerZero, Cause.UnreadData],
            What = string.Create(CultureInfo.InvariantCulture,
                $"The {by} sent a FIN and {Case.Span(since)} later an RST (frame {reset.Frame}): its application was ended, or"
                    + $" closed without"
                + $" waiting for the rest."),
            Why = reset.LostBytes > 0 ? $"{Case.Bytes(reset.LostBytes)} of the other end were not acknowledged and are lost."
                : "All that the other end had sent before was acknowledged.",
            NextStep = $"Trace the program on the {reset.By.ToText()}: what ended its socket?",
        };
    }

    private static ConnectionDiagnosis OfSegments(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var (by, peer) = (reset.By.ToText(), @case.Connection[reset.By.Peer()]);
        if (@case.Connection.Unheard is not null || (peer.Segments == 0 && reset.SinceHeard < 0))
        {
            return diagnosis with
            {
                Cause = Cause.Unknown,
                Confidence = Confidence.Possible,
                AlsoPossible = [Cause.Abort, Cause.DataAfterClose, Cause.HalfOpen],
                What = string.Create(CultureInfo.InvariantCulture, $"The {by} sent an RST (frame {reset.Frame})."),
                Why = "Only one direction was captured: what the RST answers is unknown.",
                NextStep = "Capture both directions.",
            };
        }

        if (reset.AfterOwnFin) return AfterFin(@case, reset, diagnosis);
        var name = @case.Name(reset.By);
        var what = string.Create(CultureInfo.InvariantCulture, $"The {name} aborted the connection (RST in frame {reset.Frame})");
        var lost = reset.LostBytes > 0 ? $" {Case.Bytes(reset.LostBytes)} of the {peer.Side.ToText()} were not acknowledged." : "";
        if (reset.Silence >= LongSilence)
        {
            return diagnosis with
            {
                Cause = Cause.Abort,
                Confidence = Confidence.Possible,
                AlsoPossible = [Cause.IdleTimeout, Cause.LingerZero, Cause.ProcessExit],
                What = $"{what} after {Case.Span(reset.Silence)} of silence: a timeout of its application, most likely.",
                Why = $"It answers no segment: everything before was acknowledged.{lost}",
            };
        }

        var isProbe = !@case.Connection.BeganEarlier && reset is { By: Side.Client } && @case.Client.Bytes == 0 && @case.Server.Bytes == 0;
        if (isProbe)
        {
            var isRegular = @case.Caller is { Accepted: >= 3 };
            return diagnosis with
            {
                Cause = isRegular ? Cause.Probe : Cause.LingerZero,
                AlsoPossible = isRegular ? [Cause.LingerZero] : [Cause.Probe, Cause.ProcessExit],
                What = isRegular
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"A health check or port probe: the client opened the connection and reset it (frame {reset.Frame})"
                            + $" without sending data.")
                    : $"{what} without sending data: it closed with SO_LINGER at 0 seconds, or it is a health check.",
                Why = isRegular ? "" : "Nothing had come that could be unread.",
            };
        }

        if (peer.Bytes == 0 && !@case.Connection.BeganEarlier && (reset.By == Side.Client || @case.Server.Bytes > 0))
        {
            return diagnosis with
            {
                Cause = Cause.LingerZero,
                AlsoPossible = [Cause.ProcessExit],
                What = $"{what}: most likely its application closed with SO_LINGER at 0 seconds.",
                Why = "Nothing had come that could be unread. On Windows the end of the process looks the same.",
            };
        }

        if (reset.By == Side.Server && @case.Server.Bytes == 0 && @case.Client.Bytes == 0 && !@case.Connection.BeganEarlier)
        {
            return diagnosis with
            {
                Cause = Cause.Abort,
                Confidence = Confidence.Possible,
                AlsoPossible = [Cause.ListenerClosed, Cause.LingerZero, Cause.ProcessExit, Cause.FirewallReject],
                What = $"{what} before anything was sent: its listener was closed while the connection waited, or its application"
                    + $" closed at once.",
                NextStep = "ss -ltn on the server: does the listener still exist?",
            };
        }

        var arrived = reset.LostBytes > 0 || (reset.SinceHeard >= 0 && reset.SinceHeard < Second);
        return diagnosis with
        {
            Cause = Cause.Abort,
            AlsoPossible = arrived
                ? [Cause.UnreadData, Cause.LingerZero, Cause.ProcessExit] : [Cause.LingerZero, Cause.ProcessExit, Cause.UnreadData],
            What = $"{what}: its application closed with data unread or with SO_LINGER at 0 seconds, or its process ended.",
            Why = $"The RST answers no segment.{lost} Segments do not show which of the three it was.",
            NextStep = $"Trace the program on the {by}: what ended its socket?",
        };
    }
}
