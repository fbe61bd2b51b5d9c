using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Why a connection was not opened: no answer, an ICMP error, or a handshake that was not completed.</summary>
internal static class OpeningRules
{
    private const long Second = 1_000_000_000;

    /// <summary>A SYN flood: this many connections to one listener, nearly none completed, within some seconds.</summary>
    private const int Flood = 50;

    /// <summary>A scan: one host tries this many ports or hosts.</summary>
    private const int Scan = 10;

    public static ConnectionDiagnosis? Judge(in Case @case)
    {
        var connection = @case.Connection;
        if (connection.Client.Address == connection.Server.Address) return SelfConnect(@case);
        if (connection.Clues.Rounds >= 3) return RoutingLoop(@case);
        if (IsOddScan(@case)) return OddScan(@case);
        if (@case.WasOpen) return RefusedBefore(@case) ?? TimeWaitBefore(@case);
        if (connection.Icmp is { Count: > 0 }) return Rejected(@case);
        if (connection.FirstSyn is null && connection.Server.Syns == 0) return null;
        if (connection.Untranslated is { } twin) return Untranslated(@case, twin);
        foreach (var reset in connection.Clues.Resets)
        {
            if (reset.By == Side.Client && RefusedAnswer(@case, reset) is { } refused) return refused;
            if (reset is { By: Side.Server, Answers: AnsweredKind.Syn }) return RefusalRules.Judge(@case, reset);
        }

        if (connection.Clues.ResetCount > 0 || connection.Client.Bytes > 0) return null;
        return connection.Clues.Opening.SynAcks > 0 ? NotCompleted(@case) : Unanswered(@case);
    }

    /// <summary>Condition: source and destination address and port are the same.</summary>
    private static ConnectionDiagnosis SelfConnect(in Case @case) => new()
    {
        Outcome = @case.Clues.ResetCount > 0 ? ConnectionOutcome.Reset
            : @case.Client.FinEvent != 0 ? ConnectionOutcome.Closed : ConnectionOutcome.Open,
        Summary = "self-connect",
        Cause = Cause.SelfConnect,
        Confidence = Confidence.Certain,
        Frames = [@case.Clues.Opening.SynFrame],
        What = $"The socket connected to itself: source and destination are both {@case.Client.Address}.",
        Why = "Nobody listened on the port and the kernel chose the same number as source port, so the SYN met its own socket"
            + " (a simultaneous open, RFC 9293 section 3.5).",
        NextStep = "Do not retry connects to a port of the ephemeral range on the same host, or bind the source port.",
    };

    /// <summary>Condition: one packet passed at least three times, each time with a lower TTL.</summary>
    private static ConnectionDiagnosis RoutingLoop(in Case @case) => new()
    {
        Outcome = @case.WasOpen ? ConnectionOutcome.Stalled : ConnectionOutcome.Unanswered,
        Summary = "routing loop",
        Cause = Cause.RoutingLoop,
        Confidence = Confidence.Likely,
        Frames = [@case.Clues.FirstCopyFrame],
        What = string.Create(CultureInfo.InvariantCulture,
            $"A packet circles between routers: it passed {@case.Clues.Rounds + 1} times, each time with a lower TTL"
            + $" (first copy in frame {@case.Clues.FirstCopyFrame})."),
        Why = "The identification and the numbers are the same, so nothing was sent again.",
        NextStep = "Compare the routes to this address on the two routers: each sends it to the other.",
    };

    /// <summary>Condition: the first segment has neither SYN, ACK nor RST, which no TCP sends (RFC 9293 section 3.10.7).</summary>
    private static bool IsOddScan(in Case @case) =>
        @case.Connection.BeganEarlier && @case.Clues[Side.Client].LatestRun is { IsSet: true } first && IsOdd(first.Flags)
        || @case.Connection.BeganEarlier && @case.Clues[Side.Server].LatestRun is { IsSet: true } other && IsOdd(other.Flags);

    private static bool IsOdd(TcpFlags flags) => (flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) == 0;

    private static ConnectionDiagnosis OddScan(in Case @case)
    {
        var side = @case.Clues[Side.Client].LatestRun is { IsSet: true } own && IsOdd(own.Flags) ? Side.Client : Side.Server;
        var first = @case.Clues[side].LatestRun;
        var shape = (first.Flags & (TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg)) switch
        {
            0 => "no flag at all (a NULL scan)",
            TcpFlags.Fin => "FIN without ACK (a FIN scan)",
            _ => "FIN, PSH or URG without ACK (an XMAS scan)",
        };
        var answer = @case.Clues.ResetCount > 0 ? "The RST means that the port is closed." : "No RST came: the port is open, or filtered.";
        return new ConnectionDiagnosis
        {
            Outcome = @case.Clues.ResetCount > 0 ? ConnectionOutcome.Refused : ConnectionOutcome.Unanswered,
            Summary = "port scan",
            Cause = Cause.Probe,
            Confidence = Confidence.Certain,
            Frames = [first.Frame],
            What = string.Create(CultureInfo.InvariantCulture,
                $"A port scan: the segment of frame {first.Frame} has {shape}, which no TCP sends (RFC 9293). {answer}"),
        };
    }

    /// <summary>Condition: an ICMP error whose quote is not refuted, and no completed handshake.</summary>
    private static ConnectionDiagnosis Rejected(in Case @case)
    {
        var icmp = @case.Connection.Icmp!;
        var first = icmp.Kept[0];
        var isLoop = first.Error.IsTimeExceeded;
        var count = icmp.Count == 1 ? "an ICMP error" : string.Create(CultureInfo.InvariantCulture, $"{icmp.Count} ICMP errors");
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Rejected,
            Summary = $"rejected: ICMP {first.Error.Meaning}",
            Cause = isLoop ? Cause.RoutingLoop : Cause.IcmpReject,
            Confidence = isLoop ? Confidence.Likely : Confidence.Certain,
            Frames = [.. icmp.Kept.Select(report => report.Frame)],
            Event = first.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The SYN was answered by {count}: {first.Error} from {first.Error.Sender.ToIPAddress()} (frame {first.Frame})."),
            Why = WhyRejected(first.Error, @case.Server.Address),
            NextStep = isLoop ? "Trace the route to the server: a packet circles between two routers." : "",
        };
    }

    private static string WhyRejected(IcmpError error, Endpoint server)
    {
        var isServer = error.Sender.ToIPAddress().Equals(server.ToIPAddress());
        return error switch
        {
            { IsTimeExceeded: true } => "The TTL ran out on the way: there is a routing loop, or the path is too long.",
            { IsPortUnreachable: true } =>
                "A TCP refuses a port with an RST, not with ICMP: a firewall rejects it (iptables REJECT does so by default). The host is up.",
            { IsProhibited: true } => "A firewall filters this traffic and says so.",
            { IsHostUnreachable: true } => isServer ? "" : "The router has no way to the host: it is down, or does not answer ARP.",
            _ => "The network has no way to the destination.",
        };
    }

    /// <summary>The client refused what answered its SYN.</summary>
    private static ConnectionDiagnosis? RefusedAnswer(in Case @case, ResetClue reset)
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
                    $"The client's own kernel refused the SYN-ACK (frame {reset.Frame}), yet a program goes on as if the connection were open"
                    + $" (frame {reset.SenderWentOnFrame})."),
                Why = "The program sends through a raw socket"
                    + (opening.SynIsBare ? " (its SYN has no options)" : " or uses an address that is not its own")
                    + ": the kernel knows no such connection.",
                NextStep = "Drop the kernel's RST (iptables -A OUTPUT -p tcp --tcp-flags RST RST -j DROP), or use an address of its own.",
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
        var isScan = others is { Targets.Count: >= Scan };
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
                    $"A port scan: the client tried {others!.Targets.Count} ports or more and reset this one after its SYN-ACK (frame {reset.Frame}).")
                : string.Create(CultureInfo.InvariantCulture,
                    $"A health check or port probe: the client reset the connection after the SYN-ACK (frame {reset.Frame}), before the"
                    + $" handshake was completed. The server is well."),
        };
    }

    private static ConnectionDiagnosis BadAck(in Case @case, ResetClue reset, in OpeningClues opening)
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
                $"The SYN-ACK (frame {opening.WrongAckFrame}) acknowledges {opening.WrongAck}, not {right} as the SYN asks: the client refused"
                + $" it (frame {reset.Frame})."),
            Why = "A client in SYN_SENT must refuse an ACK of what it has not sent (RFC 9293 section 3.10.7.3). The server's TCP is faulty, a"
                + " device on the path changes numbers, or the SYN-ACK answers an older SYN.",
            NextStep = "Capture at the server: does the SYN arrive with the same number?",
        };
    }

    private static ConnectionDiagnosis HalfOpen(in Case @case, ResetClue reset)
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
            Outcome = isOpen ? EndedOutcome(@case) : ConnectionOutcome.Unanswered,
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

    private static ConnectionOutcome EndedOutcome(in Case @case) =>
        @case.Client.FinEvent != 0 && @case.Server.FinEvent != 0 ? ConnectionOutcome.Closed : ConnectionOutcome.Open;

    /// <summary>An older connection was in the way, but then this one opened.</summary>
    private static ConnectionDiagnosis? RefusedBefore(in Case @case)
    {
        if (@case.Clues.Opening.ForeignAckFrame == 0 || @case.Clues.ResetCount != 1) return null;
        return @case.Clues.Resets[0] is { By: Side.Client, Answers: AnsweredKind.Ack or AnsweredKind.SynAck or AnsweredKind.Data } reset
            && reset.Frame > @case.Clues.Opening.ForeignAckFrame && reset.Time < @case.Clues.Opening.SynAckTime
                ? HalfOpen(@case, reset) : null;
    }

    /// <summary>Condition: the server closed the former connection first, and its SYNs went unanswered until TIME_WAIT had ended.</summary>
    private static ConnectionDiagnosis? TimeWaitBefore(in Case @case) =>
        @case.Client.SynRetransmissions >= 2 && @case.Clues.Opening.SynAcks > 0 && @case.Clues.ResetCount == 0
            ? TimeWait(@case) : null;

    private static ConnectionDiagnosis? TimeWait(in Case @case)
    {
        var connection = @case.Connection;
        if (@case.Neighbours.FormerOf(connection) is not { } former || connection.FirstSyn is not { } syn) return null;
        if (former.ClosedBy is ClosedBy.Client or ClosedBy.Nobody) return null;
        var since = syn - former.End;
        if (since is < 0 or > 240 * Second) return null;
        var isOlder = !SequenceNumber.After(connection.Client.Iss, former.ClientNext);
        var opening = @case.Clues.Opening;
        var isOpen = connection.Established is not null;
        if (!isOlder && opening.SynTsVal == 0) return null;
        return new ConnectionDiagnosis
        {
            Outcome = isOpen ? EndedOutcome(@case) : ConnectionOutcome.Unanswered,
            Summary = "SYN dropped by TIME_WAIT",
            Cause = isOlder ? Cause.TimeWait : Cause.Paws,
            Confidence = Confidence.Likely,
            AlsoPossible = [Cause.Unanswered],
            Frames = [opening.SynFrame, opening.LastSynFrame],
            Event = @case.Client.FirstSyn.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The server dropped {@case.Client.Syns - (isOpen ? 1 : 0)} SYNs because it still held connection {former.Number} of"
                + $" the same addresses and ports in TIME_WAIT; the server had closed that one first, {Case.Span(since)} before.")
                + (isOpen ? string.Create(CultureInfo.InvariantCulture,
                    $" The SYN of frame {opening.LastSynFrame}, {Case.Span(opening.LastSyn - former.End.Nanoseconds)} after the close, was answered.") : ""),
            Why = isOlder
                ? "The new initial sequence number is not above the old connection's last one, so the SYN does not end TIME_WAIT (RFC 6191)."
                : "Its timestamp may be older than the old connection's (RFC 6191, RFC 7323).",
            NextStep = "Let the client close first, use another source port, or draw initial sequence numbers at random.",
        };
    }

    private static ConnectionDiagnosis Unanswered(in Case @case)
    {
        var connection = @case.Connection;
        var opening = @case.Clues.Opening;
        if (@case.Client.Syns == 0) return NotCompleted(@case);
        if (connection.Unheard is null && TimeWait(@case) is { } waiting) return waiting;
        if (connection.AcceptQueue is { } queue) return QueueFull(@case, queue);
        if (connection.GoesOn) return Open("opening");
        var isFlood = IsFlood(@case);
        var isScan = @case.Caller is { Targets.Count: >= Scan } caller && caller.Accepted * 5 < caller.Begun;
        var over = Case.Span(@case.Until - (connection.FirstSyn?.Nanoseconds ?? @case.Until));
        var others = @case.Listener is { Accepted: > 0 } served
            ? string.Create(CultureInfo.InvariantCulture, $" {served.Accepted} other connections to {@case.Server.Address} were answered.") : "";
        var what = isFlood ? FloodText(@case, "none was answered")
            : isScan ? $"A scan: the client tries many addresses or ports, and nothing answered at {@case.Server.Address}."
            : @case.Client.Syns == 1
                ? string.Create(CultureInfo.InvariantCulture, $"The SYN to {@case.Server.Address} (frame {opening.SynFrame}) was not answered in {over}.")
                : string.Create(CultureInfo.InvariantCulture,
                    $"None of {@case.Client.Syns} SYNs to {@case.Server.Address} was answered in {over} (frames {opening.SynFrame} to"
                    + $" {opening.LastSynFrame}).");
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Unanswered,
            Summary = @case.Client.Syns > 1
                ? string.Create(CultureInfo.InvariantCulture, $"no answer to {@case.Client.Syns} SYNs") : "no answer to the SYN",
            Cause = isFlood || isScan ? Cause.Probe : Cause.Unanswered,
            Confidence = isFlood || isScan ? Confidence.Likely : Confidence.Certain,
            AlsoPossible = isFlood || isScan ? [Cause.Unanswered] : others.Length > 0 ? [Cause.BacklogOverflow] : [],
            Frames = [opening.SynFrame, opening.LastSynFrame],
            Event = @case.Client.LastSyn.Event,
            What = what + others,
            Why = connection.DropReason is { } reason
                ? $"The kernel dropped a packet when the SYN passed, perhaps this SYN ({reason})."
                : "A firewall drops the SYN or its answer, the host is down, or a route is missing.",
            NextStep = isFlood || isScan ? "" : others.Length > 0
                ? "Capture at the server; ss -ltn there: is Recv-Q full?" : "Capture at the server as well: does the SYN arrive?",
        };
    }

    private static ConnectionDiagnosis QueueFull(in Case @case, SocketSample queue) => new()
    {
        Outcome = ConnectionOutcome.Unanswered,
        Summary = "unanswered: backlog-overflow",
        Cause = Cause.BacklogOverflow,
        Confidence = Confidence.Certain,
        Frames = [@case.Clues.Opening.SynFrame, @case.Clues.Opening.LastSynFrame],
        Event = @case.Client.LastSyn.Event,
        What = string.Create(CultureInfo.InvariantCulture,
            $"The listener's accept queue was full ({queue.ReceiveQueue} connections, limit {queue.SendQueue}; Linux holds one more than the"
            + $" limit), so the kernel dropped {(@case.Client.Syns == 1 ? "the SYN" : $"{@case.Client.Syns} SYNs")}."),
        NextStep = "Let the program accept faster, or raise the backlog of listen and net.core.somaxconn.",
    };

    /// <summary>A SYN-ACK was sent, but the handshake was not completed.</summary>
    private static ConnectionDiagnosis NotCompleted(in Case @case)
    {
        var opening = @case.Clues.Opening;
        var waited = @case.Until - opening.SynAckTime;
        if (@case.Connection.GoesOn || (opening.SynAcks <= 1 && opening.SynsAfterSynAck == 0 && waited < Second)) return Open("opening");
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
                    $"Each SYN is answered, but the TCP checksum of the SYN-ACK is wrong (first in frame {opening.SynAckFrame}): the client drops"
                    + $" it and sends its SYN again ({Case.Times(@case.Client.SynRetransmissions)})."),
                Why = "If the capture was made at the server, offload leaves the checksum to the network card, and this shows nothing.",
                NextStep = "Capture at the client, and switch off checksum offload at the server's virtual network card.",
            };
        }

        var isFlood = !isIgnored && IsFlood(@case);
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Unanswered,
            Summary = isIgnored ? "SYN-ACK ignored" : "SYN-ACK never acknowledged",
            Cause = isFlood ? Cause.Probe : Cause.Unanswered,
            Confidence = isFlood ? Confidence.Likely : Confidence.Certain,
            AlsoPossible = isFlood ? [Cause.Unanswered] : isIgnored ? [Cause.BadChecksum] : [Cause.Probe],
            Frames = [opening.SynAckFrame, opening.LastSynAckFrame],
            Event = @case.Server.LastSyn.Event,
            What = isFlood ? FloodText(@case, "the SYN-ACKs were never acknowledged")
                : isIgnored
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"The client goes on sending its SYN although the SYN-ACK passed (frame {opening.SynAckFrame}): the SYN-ACK does not reach"
                        + $" it, or it drops it.")
                    : string.Create(CultureInfo.InvariantCulture,
                        $"The SYN-ACK was sent {Case.Times(opening.SynAcks)} and never acknowledged (frames {opening.SynAckFrame} to"
                        + $" {opening.LastSynAckFrame})."),
            Why = isFlood ? "" : isIgnored ? "A firewall between here and the client, or on it, drops the SYN-ACK."
                : "The client is gone, its address was forged, or the way back to it is broken.",
            NextStep = isFlood ? "" : "Capture at the client as well: does the SYN-ACK arrive?",
        };
    }

    private static bool IsFlood(in Case @case) =>
        @case.Listener is { Begun: >= Flood, Clients.Count: >= Scan } served && served.Accepted * 10 < served.Begun;

    private static string FloodText(in Case @case, string end) => string.Create(CultureInfo.InvariantCulture,
        $"One of {@case.Listener!.Begun} SYNs to {@case.Server.Address} from many addresses, {end}: a SYN flood, or the way back is broken.");

    private static ConnectionDiagnosis Open(string summary) => new() { Outcome = ConnectionOutcome.Open, Summary = summary };

    /// <summary>Condition: the numbers of a stray segment continue another connection's, with one address changed.</summary>
    public static ConnectionDiagnosis Untranslated(in Case @case, Connection twin)
    {
        var stray = @case.Connection.BeganEarlier ? @case.Connection : twin;
        var proper = stray == twin ? @case.Connection : twin;
        var from = stray.Client.Address == proper.Client.Address ? stray.Server.Address : stray.Client.Address;
        var frame = stray == @case.Connection ? Math.Max(@case.Clues[Side.Client].LatestRun.Frame, @case.Clues[Side.Server].LatestRun.Frame) : 0;
        var reset = @case.Clues.Resets.Count > 0 ? @case.Clues.Resets[0] : null;
        return new ConnectionDiagnosis
        {
            Outcome = reset is not null ? ConnectionOutcome.Reset : ConnectionOutcome.Unanswered,
            Summary = "untranslated address",
            Cause = Cause.Untranslated,
            Confidence = Confidence.Likely,
            ResetBy = reset?.By,
            Frames = [.. new long[] { frame, reset?.Frame ?? 0 }.Where(f => f != 0)],
            Event = reset?.Event ?? 0,
            What = string.Create(CultureInfo.InvariantCulture,
                $"A segment for {proper.Client.Address} came from {from} instead of {proper.Server.Address}: its numbers continue"
                + $" connection {proper.Number} (the stray segments are connection {stray.Number}), so NAT did not translate it back."),
            Why = "The client knows no connection with that address and refused the segment; the RST reached the server and ended its socket.",
            NextStep = "Look for conntrack entries in state INVALID (nf_conntrack_tcp_be_liberal), or for an asymmetric route around the NAT.",
        };
    }
}
