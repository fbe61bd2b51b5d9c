using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Why an open connection was reset: forged, the answer to a segment, or an abort.</summary>
internal static class ResetRules
{
    private const long Second = 1_000_000_000;

    /// <summary>A silence after which a device or a peer may have forgotten the connection.</summary>
    private const long LongSilence = 10 * Second;

    public static ConnectionDiagnosis? Judge(in Case @case)
    {
        foreach (var reset in @case.Clues.Resets)
        {
            if (HasNoEffect(@case, reset)) continue;
            var diagnosis = ForgeryRules.Judge(@case, reset) ?? Mptcp(@case, reset)
                ?? (reset.IsAnswer ? Answer(@case, reset) : AbortRules.Judge(@case, reset));
            return diagnosis with
            {
                ResetBy = diagnosis.Outcome == ConnectionOutcome.Closed
                ? null : reset.By,
                KernelReason = reset.Reason
            };
        }

        return null;
    }

    /// <summary>
    /// Condition: its number is not acceptable and it answers nothing, or both ends go on after it and acknowledge each other.
    /// </summary>
    public static bool HasNoEffect(in Case @case, ResetClue reset)
    {
        if (reset.SenderWentOn > 0 && (reset.PeerWasAcknowledged || reset.SenderWasAcknowledged)) return true;
        if (reset.Answers == AnsweredKind.SynAck && @case.Connection.Established is not null && reset.SenderWentOn > 0) return true;
        if (IsOlder(@case, reset)) return true;
        return reset is { IsAnswer: false, Fit: ResetFit.Outside or ResetFit.InWindow } && (reset.SenderWentOn > 0 || reset.PeerWentOn > 0)
            && !AllRefused(@case, reset);
    }

    /// <summary>True for the RST that ended an older connection on the same ports, before this one was opened.</summary>
    private static bool IsOlder(in Case @case, ResetClue reset) =>
        @case.Connection.Established is not null && @case.Clues.Opening.SynAckTime > reset.Time && @case.Connection.FirstSyn is not null;

    private static bool AllRefused(in Case @case, ResetClue reset) =>
        @case.Clues.Resets.Any(other => other.By != reset.By && other.Time > reset.Time);

    /// <summary>Condition: the RST carries the option MP_TCPRST (RFC 8684 section 3.6).</summary>
    private static ConnectionDiagnosis? Mptcp(in Case @case, ResetClue reset) => reset.MptcpReason is not { } reason
        ? null : new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Reset,
            Summary = "",
            Cause = Cause.Mptcp,
            Confidence = Confidence.Certain,
            Frames = [reset.Frame],
            Event = reset.Event,
            What = string.Create(CultureInfo.InvariantCulture,
            $"Multipath TCP of the {@case.Name(reset.By)} reset this subflow (frame {reset.Frame}): {MptcpReset.Describe(reason)}"
                + $" (MP_TCPRST reason"
            + $" {reason})."),
            Why = "Other subflows of the same connection can go on.",
        };

    private static ConnectionDiagnosis Answer(in Case @case, ResetClue reset)
    {
        var diagnosis = new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Reset,
            Summary = "",
            Confidence = Confidence.Likely,
            Frames = [reset.AnsweredFrame, reset.Frame],
            Event = reset.Event,
        };
        if (reset.Witness is not null && LiveRules.OfRefusal(@case, reset, diagnosis) is { } live) return live;
        if (reset.Answers == AnsweredKind.KeepAlive || (reset.Silence >= LongSilence && !(reset.AfterOwnFin && reset.LostBytes > 0)))
            return AfterSilence(@case, reset, diagnosis);
        return reset.Answers switch
        {
            AnsweredKind.Data when reset.LostBytes > 0 && reset.AfterOwnFin => DataAfterClose(@case, reset, diagnosis),
            _ when reset.AfterOwnFin && (reset.AfterPeerFin || reset.Answers is AnsweredKind.Ack or AnsweredKind.Fin)
                && reset.LostBytes == 0 =>
                Gone(@case, reset, diagnosis),
            AnsweredKind.Ack when IsHandshake(@case, reset) => Overflow(@case, reset, diagnosis),
            AnsweredKind.SynAck => StaleSynAck(reset, diagnosis),
            _ => Forgotten(@case, reset, diagnosis),
        };
    }

    private static string Refused(ResetClue reset) => reset.Answers switch
    {
        AnsweredKind.KeepAlive => "keep-alive",
        AnsweredKind.Data => "data",
        AnsweredKind.Fin => "FIN",
        AnsweredKind.SynAck => "SYN-ACK",
        _ => "ACK",
    };

    /// <summary>Condition: the refused segment broke a silence of at least 10 s, or is a keep-alive.</summary>
    private static ConnectionDiagnosis AfterSilence(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var by = reset.By.ToText();
        var quiet = Math.Max(reset.Silence, 0);
        var sinceFin = reset.AfterOwnFin ? reset.AnsweredTime - reset.FinTime : 0;
        var delay = reset.Time - reset.AnsweredTime;
        var when = reset.AfterOwnFin && sinceFin > 0
            ? $"{Case.Span(sinceFin)} after the {by}'s FIN"
            : quiet > 0 ? $"the first segment after {Case.Span(quiet)} of silence" : "";
        var survived = reset.SurvivedSilence > 0 && quiet > 0
            ? $" A silence of {Case.Span(reset.SurvivedSilence)} had been survived before; {Case.Span(quiet)} was too long." : "";
        var device = reset.HasOtherTtl
            ? string.Create(CultureInfo.InvariantCulture,
                $" The RST comes from a device on the path: its TTL is {reset.Ttl}, that of the {by}'s segments {reset.UsualTtl}.") : "";
        return diagnosis with
        {
            Cause = Cause.IdleTimeout,
            AlsoPossible = [Cause.HalfOpen],
            What = string.Create(CultureInfo.InvariantCulture,
                $"The {Refused(reset)} of frame {reset.AnsweredFrame}{(when.Length > 0 ? $", {when}," : "")} was refused with an RST after"
                + $" {Case.Span(delay)} (frame {reset.Frame}): ")
                + (reset.AfterOwnFin ? $"the {by}'s half-closed connection had ended by a timeout. Nothing new was lost."
                    : reset.HasOtherTtl ? "a device on the path had dropped the idle connection."
                    : $"the {by}, or a device on the path in its name, had dropped the idle connection."),
            Why = (survived + device).TrimStart(),
            NextStep = "Set the idle timeout of the client, or keep-alives, below that of the server, load balancers and NAT on the path.",
        };
    }

    /// <summary>Condition: unacknowledged data is refused by an end that had sent its FIN.</summary>
    private static ConnectionDiagnosis DataAfterClose(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var (by, peer) = (@case.Name(reset.By), reset.By.Peer().ToText());
        var lost = Case.Bytes(reset.LostBytes);
        var later = Case.Span(Math.Max(0, reset.AnsweredTime - reset.FinTime));
        if (!reset.AnsweredKnewFin && reset.By == Side.Server)
        {
            return diagnosis with
            {
                Cause = Cause.CloseRace,
                AlsoPossible = [Cause.DataAfterClose],
                What = string.Create(CultureInfo.InvariantCulture,
                    $"The {by} closed an idle connection while a request was on its way: {lost} of the {peer} (frame"
                    + $" {reset.AnsweredFrame}) were refused (frame {reset.Frame}) and are lost."),
                Why = "The request does not acknowledge the FIN: it was sent before the FIN had arrived.",
                NextStep = $"Set the {peer}'s idle timeout below the server's keep-alive timeout, and let it repeat requests that"
                    + $" are safe to repeat.",
            };
        }

        return diagnosis with
        {
            Cause = Cause.DataAfterClose,
            AlsoPossible = reset.AnsweredKnewFin ? [] : [Cause.CloseRace],
            What = string.Create(CultureInfo.InvariantCulture,
                $"The {by} had closed; {lost} of the {peer} came {later} after its FIN (frame {reset.AnsweredFrame}), were refused (frame"
                + $" {reset.Frame}) and are lost."),
            Why = reset.AnsweredKnewFin
                ? (reset.AnsweredTime - reset.FinTime > Second ? $"The {peer} had been in CLOSE_WAIT since the FIN and had not"
                + $" closed. " : "")
                    + $"The data acknowledges the FIN, so the {peer} knew of it. A FIN only says that its sender sends no more; a"
                    + $" closed socket takes no data."
                : $"The data does not acknowledge the FIN: it was on its way when the {by} closed.",
            NextStep = $"Let the {reset.By.ToText()} read to the end before it closes (shutdown, then read until 0).",
        };
    }

    /// <summary>Condition: the end had closed, and what was refused carried no new data.</summary>
    private static ConnectionDiagnosis Gone(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        if (reset.AfterPeerFin || reset.Answers == AnsweredKind.Fin)
        {
            return diagnosis with
            {
                Outcome = ConnectionOutcome.Closed,
                Cause = Cause.None,
                Confidence = Confidence.Certain,
                Summary = $"closed, {@case.Connection.ClosedBy.ToText()} first; then RST",
            };
        }

        return AbortRules.AfterFin(@case, reset, diagnosis);
    }

    private static bool IsHandshake(in Case @case, ResetClue reset) =>
        reset is { By: Side.Server, AfterOwnFin: false } && @case.Server.Bytes == 0 && @case.Client.Bytes == 0 && @case.Server.SentSynAck;

    private static ConnectionDiagnosis Overflow(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis) => diagnosis with
    {
        Cause = Cause.BacklogOverflow,
        AlsoPossible = [Cause.FirewallReject, Cause.ListenerClosed],
        What = string.Create(CultureInfo.InvariantCulture,
            $"The server refused the handshake's last ACK (frame {reset.AnsweredFrame}) with an RST (frame {reset.Frame}): most likely its"
            + $" accept queue was full."),
        Why = "Linux does so with net.ipv4.tcp_abort_on_overflow=1. An expired SYN cookie and some firewalls look the same.",
        NextStep = "nstat -az TcpExtListenOverflows on the server; ss -ltn there: is Recv-Q full?",
    };

    private static ConnectionDiagnosis StaleSynAck(ResetClue reset, ConnectionDiagnosis diagnosis) => diagnosis with
    {
        Cause = Cause.LateAnswer,
        Confidence = Confidence.Possible,
        AlsoPossible = [Cause.UnknownToKernel],
        What = string.Create(CultureInfo.InvariantCulture,
            $"The SYN-ACK of frame {reset.AnsweredFrame} was refused (frame {reset.Frame}): the client's socket was gone."),
    };

    /// <summary>Condition: a segment is refused although no FIN or RST of its receiver was captured before.</summary>
    private static ConnectionDiagnosis Forgotten(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        if (@case.Connection.Untranslated is { } twin) return OpeningRules.Untranslated(@case, twin);
        var by = reset.By.ToText();
        var what = string.Create(CultureInfo.InvariantCulture,
            $"The {by} refused the {Refused(reset)} of frame {reset.AnsweredFrame} (frame {reset.Frame})");
        if (reset.LostBytes > 0) what += $"; {Case.Bytes(reset.LostBytes)} are lost";
        if (reset.Answers == AnsweredKind.Ack && @case.Connection.IsStray && @case.Connection[reset.By.Peer()].Segments == 1
            && @case.Caller is { Targets.Count: >= OpeningRules.Scan, Accepted: 0 })
        {
            return diagnosis with
            {
                Summary = "port scan",
                Cause = Cause.Probe,
                AlsoPossible = [Cause.HalfOpen],
                What = string.Create(CultureInfo.InvariantCulture,
                    $"A port scan (ACK scan): one host sent single ACKs to ten or more ports, and this one was refused (frame"
                        + $" {reset.Frame}): no filter"
                    + $" is in the way."),
            };
        }

        if (reset.SenderIsUnheard || (@case.Connection.BeganEarlier && reset.SurvivedSilence == 0 && reset.SinceSent < 0))
        {
            return diagnosis with
            {
                Cause = Cause.HalfOpen,
                AlsoPossible = [Cause.IdleTimeout, Cause.DataAfterClose],
                What = $"{what}: it no longer knows the connection.",
                Why = "The connection began before the capture. The host was restarted, had closed, or had dropped the connection as idle.",
                NextStep = "Begin the capture before the connection.",
            };
        }

        var isFirstData = reset.By == Side.Server && @case.Server.Bytes == 0;
        return diagnosis with
        {
            Cause = isFirstData ? Cause.BacklogOverflow : Cause.HalfOpen,
            Confidence = Confidence.Possible,
            AlsoPossible = isFirstData ? [Cause.Abort, Cause.FirewallReject, Cause.HalfOpen] : [Cause.Abort, Cause.DataAfterClose],
            What = $"{what}: its socket was gone, without a FIN or RST that was captured.",
            Why = isFirstData
                ? "It is the first data after the handshake: the socket waited in the accept queue, or was closed there."
                : "Its application was ended, its host restarted, or a device on the path forgot the connection.",
            NextStep = $"Capture at the {by} as well: what ended its socket?",
        };
    }
}
