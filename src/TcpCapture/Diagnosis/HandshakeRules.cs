using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Why a handshake that the server answered was not completed.</summary>
internal static class HandshakeRules
{
    private const long Second = 1_000_000_000;

    /// <summary>The client refused what answered its SYN.</summary>
    public static ConnectionDiagnosis? RefusedAnswer(in Case @case, ResetClue reset)
    {
        var opening = @case.Clues.Opening;
        var client = @case.Name(Side.Client);
        if (opening.WrongAckFrame != 0 && (reset.Seq == opening.WrongAck || opening.SynAcks == 0))
            return BadAck(@case, reset, opening);
        if (opening.ForeignAckFrame != 0 && opening.SynAcks == 0) return HalfOpen(@case, reset);
        if (opening.SynAcks == 0) return null;
        var delay = opening.SynAckTime - (@case.Connection.FirstSyn?.Nanoseconds ?? opening.SynAckTime);
        if (reset.SenderWentOn > 0)
        {
            return new ConnectionDiagnosis
            {
                Outcome = ConnectionOutcome.Reset,
                Summary = "reset by client: unknown-to-kernel",
                Cause = Cause.UnknownToKernel,
                Confidence = Confidence.Likely,
                AlsoPossible = [Cause.Injected],
                ResetBy = Side.Client,
                Frames = [reset.Frame, reset.SenderWentOnFrame],
                Event = reset.Event,
                What = string.Create(CultureInfo.InvariantCulture,
                    $"The client's own kernel refused the SYN-ACK (frame {reset.Frame}), yet a program goes on as if the"
                        + $" connection were open"
                    + $" (frame {reset.SenderWentOnFrame})."),
                Why = "The program sends through a raw socket"
                    + (opening.SynIsBare ? " (its SYN has no options)" : " or uses an address that is not its own")
                    + ": the kernel knows no such connection.",
                NextStep = "Drop the kernel's own RST with a firewall rule, or use an address that the kernel does not have.",
            };
        }

        var gaveUp = @case.Client.Closing is { Event: not 0 } closing && closing.Time.Nanoseconds <= opening.SynAckTime;
        if (gaveUp || delay >= 900_000_000)
        {
            return new ConnectionDiagnosis
            {
                Outcome = ConnectionOutcome.Unanswered,
                Summary = "answered too late",
                Cause = Cause.LateAnswer,
                Confidence = gaveUp ? Confidence.Certain : Confidence.Likely,
                AlsoPossible = gaveUp ? [] : [Cause.Probe],
                ResetBy = Side.Client,
                Frames = [opening.SynFrame, opening.SynAckFrame, reset.Frame],
                Event = reset.Event,
                What = string.Create(CultureInfo.InvariantCulture,
                    $"The SYN-ACK (frame {opening.SynAckFrame}) came {Case.Span(delay)} after the first SYN: the {client} had given up and"
                    + $" refused it (frame {reset.Frame})."),
                NextStep = "Raise the timeout of connect, or find out why the server answers so late.",
            };
        }

        var others = @case.Caller;
        var isScan = others is { Targets.Count: >= OpeningRules.Scan };
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Reset,
            Summary = isScan ? "port scan" : "health check or port probe",
            Cause = Cause.Probe,
            Confidence = Confidence.Likely,
            AlsoPossible = [Cause.UnknownToKernel],
            ResetBy = Side.Client,
            Frames = [opening.SynFrame, opening.SynAckFrame, reset.Frame],
            Event = reset.Event,
            What = isScan
                ? string.Create(CultureInfo.InvariantCulture,
                    $"A port scan: the client tried {others!.Targets.Count} ports or more and reset this one after its SYN-ACK"
                        + $" (frame {reset.Frame}).")
                : string.Create(CultureInfo.InvariantCulture,
                    $"A health check or port probe: the client reset the connection after the SYN-ACK (frame {reset.Frame}), before the"
                    + $" handshake was completed. The server is well."),
        };
    }

    public static ConnectionDiagnosis BadAck(in Case @case, ResetClue reset, in OpeningClues opening)
    {
        var right = unchecked(@case.Client.Iss + 1);
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Unanswered,
            Summary = "SYN-ACK with another number refused",
            Cause = Cause.BadAck,
            Confidence = Confidence.Likely,
            AlsoPossible = [Cause.HalfOpen],
            ResetBy = Side.Client,
            Frames = [opening.WrongAckFrame, reset.Frame],
            Event = reset.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The SYN-ACK (frame {opening.WrongAckFrame}) acknowledges {opening.WrongAck}, not {right} as the SYN asks: the"
                    + $" client refused"
                + $" it (frame {reset.Frame})."),
            Why = "A client in SYN_SENT must refuse an ACK of what it has not sent (RFC 9293 section 3.10.7.3). The server's TCP"
                + " is faulty, a"
                + " device on the path changes numbers, or the SYN-ACK answers an older SYN.",
            NextStep = "Capture at the server: does the SYN arrive with the same number?",
        };
    }

    public static ConnectionDiagnosis HalfOpen(in Case @case, ResetClue reset)
    {
        var opening = @case.Clues.Opening;
        var after = opening.LastSyn - (@case.Connection.FirstSyn?.Nanoseconds ?? 0);
        var isOpen = @case.Connection.Established is not null;
        var later = opening.LastSynFrame == opening.SynFrame ? ""
            : string.Create(CultureInfo.InvariantCulture,
                $" The client's timer sent the SYN again after {Case.Span(after)} (frame {opening.LastSynFrame})")
                + (isOpen ? ", and that opened the connection." : ".");
        return new ConnectionDiagnosis
        {
            Outcome = isOpen ? OpeningRules.EndedOutcome(@case) : ConnectionOutcome.Unanswered,
            Summary = isOpen ? "open after an older connection was reset" : "an older connection was in the way",
            Cause = Cause.HalfOpen,
            Confidence = Confidence.Likely,
            ResetBy = isOpen ? null : Side.Client,
            Frames = [opening.ForeignAckFrame, reset.Frame],
            Event = reset.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The server still held an older connection on these ports: it answered the SYN with that connection's ACK (frame"
                + $" {opening.ForeignAckFrame}), and the client refused it (frame {reset.Frame}; RFC 9293 section 3.5.1).{later}"),
            Why = "The client's end of the older connection was gone without a FIN that the server received.",
        };
    }

    /// <summary>An older connection was in the way, but then this one opened.</summary>
    public static ConnectionDiagnosis? RefusedBefore(in Case @case)
    {
        if (@case.Clues.Opening.ForeignAckFrame == 0 || @case.Clues.ResetCount != 1) return null;
        return @case.Clues.Resets[0] is { By: Side.Client, Answers: AnsweredKind.Ack or AnsweredKind.SynAck or AnsweredKind.Data } reset
            && reset.Frame > @case.Clues.Opening.ForeignAckFrame && reset.Time < @case.Clues.Opening.SynAckTime
                ? HalfOpen(@case, reset) : null;
    }

    /// <summary>A SYN-ACK was sent, but the handshake was not completed.</summary>
    public static ConnectionDiagnosis NotCompleted(in Case @case)
    {
        var opening = @case.Clues.Opening;
        var waited = @case.Until - opening.SynAckTime;
        if (@case.Connection.GoesOn || (opening.SynAcks <= 1 && opening.SynsAfterSynAck == 0
            && waited < Second)) return OpeningRules.Open("opening");
        var isIgnored = opening.SynsAfterSynAck > 0;
        if (isIgnored && opening.BadChecksums > 0)
        {
            return new ConnectionDiagnosis
            {
                Outcome = ConnectionOutcome.Unanswered,
                Summary = "SYN-ACK with a wrong checksum",
                Cause = Cause.BadChecksum,
                Confidence = Confidence.Likely,
                AlsoPossible = [Cause.Unanswered],
                Frames = [opening.SynAckFrame, opening.LastSynFrame],
                Event = @case.Client.LastSyn.Event,
                What = string.Create(CultureInfo.InvariantCulture,
                    $"Each SYN is answered, but the TCP checksum of the SYN-ACK is wrong (first in frame {opening.SynAckFrame}):"
                        + $" the client drops"
                    + $" it and sends its SYN again ({Case.Times(@case.Client.SynRetransmissions)})."),
                Why = "If the capture was made at the server, offload leaves the checksum to the network card, and this shows nothing.",
                NextStep = "Capture at the client, and switch off checksum offload at the server's virtual network card.",
            };
        }

        var isFlood = !isIgnored && UnansweredRules.IsFlood(@case);
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Unanswered,
            Summary = isIgnored ? "SYN-ACK ignored" : "SYN-ACK never acknowledged",
            Cause = isFlood ? Cause.Probe : Cause.Unanswered,
            Confidence = isFlood ? Confidence.Likely : Confidence.Certain,
            AlsoPossible = isFlood ? [Cause.Unanswered] : isIgnored ? [Cause.BadChecksum] : [Cause.Probe],
            Frames = [opening.SynAckFrame, opening.LastSynAckFrame],
            Event = @case.Server.LastSyn.Event,
            What = isFlood ? UnansweredRules.FloodText(@case, "the SYN-ACKs were never acknowledged")
                : isIgnored
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"The client goes on sending its SYN although the SYN-ACK passed (frame {opening.SynAckFrame}): the"
                            + $" SYN-ACK does not reach"
                        + $" it, or it drops it.")
                    : string.Create(CultureInfo.InvariantCulture,
                        $"The SYN-ACK was sent {Case.Times(opening.SynAcks)} and never acknowledged (frames {opening.SynAckFrame} to"
                        + $" {opening.LastSynAckFrame})."),
            Why = isFlood ? "" : isIgnored ? "A firewall between here and the client, or on it, drops the SYN-ACK."
                : "The client is gone, its address was forged, or the way back to it is broken.",
            NextStep = isFlood ? "" : "Capture at the client as well: does the SYN-ACK arrive?",
        };
    }
}
