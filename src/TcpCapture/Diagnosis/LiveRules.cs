using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>
/// What calls, samples and the kernel's reason add to the segments. The reason is evidence: several have more than one cause.
/// </summary>
internal static class LiveRules
{
    /// <summary>Condition: the RST answers a segment, and something of its sender's host is known.</summary>
    public static ConnectionDiagnosis? OfRefusal(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var witness = reset.Witness!;
        var name = @case.Name(reset.By);
        var closed = reset.AfterOwnFin || witness.Closing.Event != 0;
        if (@case.Connection.HalfOpen is null && reset.Answers != AnsweredKind.SynAck && OfNumbers(reset, diagnosis, name) is { } numbers)
            return numbers;
        if (@case.Connection.HalfOpen is not null)
        {
            return diagnosis with
            {
                Cause = Cause.HalfOpen,
                Confidence = Confidence.Certain,
                What = string.Create(CultureInfo.InvariantCulture,
                    $"The client had forgotten this connection and was opening another: it refused the server's ACK of the old one (frame"
                    + $" {reset.AnsweredFrame}) with an RST (frame {reset.Frame}; RFC 9293 section 3.5.1)."),
                Why = Says(reset),
            };
        }

        if (witness.QueueIsFull && @case.Connection.Clues.Opening.SynAckFrame != 0 && @case.Server.Bytes == 0
            && reset.By == Side.Server && !closed)
        {
            return diagnosis with
            {
                Cause = Cause.BacklogOverflow,
                Confidence = Confidence.Certain,
                What = string.Create(CultureInfo.InvariantCulture,
                    $"The accept queue was full, so the server refused the handshake's last ACK (frame {reset.AnsweredFrame})."),
                Why = Says(reset),
            };
        }

        if (@case.Clues.Opening is { DroppedAcks: > 0 } opening && reset.By == Side.Server && @case.Server.Bytes == 0 && !closed)
            return NeverOpened(@case, reset, opening, diagnosis);
        if (witness is { IsAccepted: false, ListenerClosed.Event: not 0 } && reset.By == Side.Server && !reset.AfterOwnFin)
            return ListenerClosed(reset, diagnosis);
        if (closed && reset.LostBytes > 0 && reset.Answers == AnsweredKind.Data)
            return OfClosed(@case, reset, diagnosis, name);
        return null;
    }

    /// <summary>The kernel refused a segment because of its numbers.</summary>
    private static ConnectionDiagnosis? OfNumbers(ResetClue reset, ConnectionDiagnosis diagnosis, string name)
    {
        var what = reset.AnsweredFrame == 0 ? "a segment" : string.Create(CultureInfo.InvariantCulture, $"frame {reset.AnsweredFrame}");
        return reset.Reason switch
        {
            "TCP_RFC7323_PAWS" => diagnosis with
            {
                Cause = Cause.Paws,
                Confidence = Confidence.Certain,
                What = $"The {name} refused {what} because its timestamp is older than the last one (PAWS, RFC 7323){At(reset)}.",
                Why = Says(reset),
            },
            "TCP_TOO_OLD_ACK" or "TCP_ACK_UNSENT_DATA" or "TCP_OLD_ACK" or "TCP_INVALID_ACK_SEQUENCE" => diagnosis with
            {
                Cause = Cause.OutOfWindow,
                Confidence = Confidence.Certain,
                What = $"The {name} refused {what}: its acknowledgement number is outside what was sent{At(reset)}.",
                Why = Says(reset),
            },
            _ => null,
        };
    }

    /// <summary>Condition: the server's kernel did not take the ACKs that would have opened its socket, and refused a later one.</summary>
    private static ConnectionDiagnosis NeverOpened(in Case @case, ResetClue reset, in OpeningClues opening, ConnectionDiagnosis diagnosis)
    {
        var queue = @case.Connection.AcceptQueue;
        return diagnosis with
        {
            Cause = Cause.BacklogOverflow,
            Confidence = queue is null ? Confidence.Likely : Confidence.Certain,
            AlsoPossible = queue is null ? [Cause.ListenerClosed] : [],
            What = string.Create(CultureInfo.InvariantCulture,
                $"The server's kernel did not take {opening.DroppedAcks} of the client's ACKs, which would have opened its socket (first"
                + $" in event {opening.DroppedAckEvent}){(queue is null ? ", most likely because" : ":")} its accept queue was full. At"
                + $" last it refused frame {reset.AnsweredFrame} (frame {reset.Frame}): the listener had been closed, or the waiting"
                + $" socket had expired."),
            Why = Says(reset),
            NextStep = "Let the program accept faster, or raise the backlog of listen and net.core.somaxconn.",
        };
    }

    private static ConnectionDiagnosis OfClosed(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis, string name)
    {
        var peer = reset.By.Peer().ToText();
        var isRace = reset is { AfterOwnFin: true, AnsweredKnewFin: false, By: Side.Server };
        var ended = reset.Witness!.Closing.IsProcessEnd ? "had ended" : "had closed its socket";
        var sinceFin = reset.AfterOwnFin ? reset.AnsweredTime - reset.FinTime : 0;
        var isStale = reset is { AfterOwnFin: true, AnsweredKnewFin: true } && sinceFin >= 1_000_000_000;
        var knew = isRace ? "The data does not acknowledge the FIN: it was sent before the FIN had arrived. "
            : isStale ? $"The {@case.Name(reset.By.Peer())} had been in CLOSE_WAIT for {Case.Span(sinceFin)}: it knew of the FIN and had"
                + " not closed. " : "";
        return diagnosis with
        {
            Cause = isRace ? Cause.CloseRace : Cause.DataAfterClose,
            Confidence = Confidence.Certain,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The {name} {ended}; {Case.Bytes(reset.LostBytes)} of the {peer} (frame {reset.AnsweredFrame}) were refused (frame"
                + $" {reset.Frame}) and are lost."),
            Why = (knew + Says(reset)).TrimEnd(),
            NextStep = isRace
                ? $"Set the {peer}'s idle timeout below the server's keep-alive timeout."
                : isStale ? $"Let the {peer} close when a read returns 0, and not use such a connection again."
                : $"Let the {reset.By.ToText()} read to the end before it closes.",
        };
    }

    /// <summary>Condition: the RST answers no segment, and something of its sender's host is known.</summary>
    public static ConnectionDiagnosis? OfAbort(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var (witness, name) = (reset.Witness!, @case.Name(reset.By));
        var closing = witness.Closing;
        diagnosis = diagnosis with { Confidence = Confidence.Certain, Why = Says(reset) };
        if (OfNumbers(reset, diagnosis, name) is { } numbers) return numbers;
        if (reset.Reason == "TCP_KEEPALIVE_TIMEOUT")
        {
            return diagnosis with
            {
                Cause = Cause.KeepaliveTimeout,
                What = $"The {name}'s keep-alive probes were not answered, so its kernel reset the connection{At(reset)}.",
            };
        }

        if (reset.Reason == "TCP_ABORT_ON_MEMORY")
            return diagnosis with { Cause = Cause.Memory, What = $"The {name}'s kernel was out of memory for sockets{At(reset)}." };
        if (closing.IsProcessEnd)
        {
            var how = closing.Name == "kill" ? "was killed" : "ended";
            return diagnosis with
            {
                Cause = Cause.ProcessExit,
                What = string.Create(CultureInfo.InvariantCulture, $"The process of the {name} {how}")
                    + (witness.Unread > 0 ? $" with {Case.Bytes(witness.Unread)} unread" : "") + $": the kernel reset the"
                    + $" connection{At(reset)}.",
            };
        }

        if (reset.Reason == "TCP_ABORT_ON_LINGER" || (closing is { Name: "close", WithLingerZero: true }
            && reset.Reason != "TCP_ABORT_ON_CLOSE"))
        {
            return diagnosis with
            {
                Cause = Cause.LingerZero,
                What = $"The {name} closed with SO_LINGER at 0 seconds, which resets the connection{At(reset)}.",
            };
        }

        if (closing.Name == "close" && witness.Unread > 0)
        {
            return diagnosis with
            {
                Cause = Cause.UnreadData,
                What = $"The {name} closed with {Case.Bytes(witness.Unread)} unread, which resets the connection{At(reset)}.",
                NextStep = $"Let the {reset.By.ToText()} read to the end before it closes.",
            };
        }

        if (reset.Reason is "TCP_ABORT_ON_CLOSE" or "TCP_DISCONNECT_WITH_DATA")
        {
            return diagnosis with
            {
                Cause = Cause.UnreadData,
                AlsoPossible = closing.Event == 0 ? [Cause.ProcessExit] : [],
                Confidence = closing.Event == 0 ? Confidence.Likely : Confidence.Certain,
                What = $"The {name} closed with data unread, which resets the connection{At(reset)}.",
            };
        }

        if (closing is { Name: "close", WithLingerUnknown: true })
        {
            return diagnosis with
            {
                Cause = Cause.LingerZero,
                Confidence = Confidence.Likely,
                What = $"The {name} had set SO_LINGER (to what, the recording does not show) and closed with nothing unread: only"
                    + $" 0 seconds make"
                    + $" that a reset{At(reset)}.",
            };
        }

        if (reset.By == Side.Server
            && witness is { IsAccepted: false, ListenerClosed.Event: not 0 }) return ListenerClosed(reset, diagnosis);
        if (reset.StateBefore == TcpState.SynRecv && witness.QueueIsFull)
        {
            return diagnosis with
            {
                Cause = Cause.BacklogOverflow,
                What = $"The accept queue was full, so the server reset the connection{At(reset)}.",
            };
        }

        return null;
    }

    private static ConnectionDiagnosis ListenerClosed(ResetClue reset, ConnectionDiagnosis diagnosis) => diagnosis with
    {
        Cause = Cause.ListenerClosed,
        Confidence = Confidence.Certain,
        What = string.Create(CultureInfo.InvariantCulture,
            $"The listening socket was closed (event {reset.Witness!.ListenerClosed.Event}) while this connection waited in its"
                + $" accept queue:"
            + $" the kernel reset it{At(reset)}."),
        Why = Says(reset),
    };

    private static string At(ResetClue reset) => string.Create(CultureInfo.InvariantCulture, $" (frame {reset.Frame})");

    private static string Says(ResetClue reset) => reset.Reason is null ? "" : $"The kernel says {reset.Reason}.";
}
