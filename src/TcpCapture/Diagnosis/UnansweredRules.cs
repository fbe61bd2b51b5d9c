using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Why nothing answered a SYN.</summary>
internal static class UnansweredRules
{
    private const long Second = 1_000_000_000;

    /// <summary>A SYN flood: this many connections to one listener, nearly none completed.</summary>
    private const int Flood = 50;

    public static ConnectionDiagnosis Unanswered(in Case @case)
    {
        var connection = @case.Connection;
        var opening = @case.Clues.Opening;
        if (@case.Client.Syns == 0) return HandshakeRules.NotCompleted(@case);
        if (connection.Unheard is null && TimeWait(@case) is { } waiting) return waiting;
        if (connection.AcceptQueue is { } queue) return QueueFull(@case, queue);
        if (connection.Drop is { Reason: "TCP_LISTEN_OVERFLOW" } overflow) return CallRules.QueueDropped(@case, overflow);
        if (CallRules.IcmpUnseen(@case) is { } rejected) return rejected;
        if (connection.GoesOn) return OpeningRules.Open("opening");
        var isFlood = IsFlood(@case);
        var isScan = @case.Caller is { Targets.Count: >= OpeningRules.Scan } caller && caller.Accepted * 5 < caller.Begun;
        var over = Case.Span(@case.Until - (connection.FirstSyn?.Nanoseconds ?? @case.Until));
        var others = @case.Listener is { Accepted: > 0 } served
            ? string.Create(CultureInfo.InvariantCulture,
                $" {served.Accepted} other {(served.Accepted == 1 ? "connection" : "connections")} to {@case.Server.Address}"
                + $" {(served.Accepted == 1 ? "was" : "were")} answered.") : "";
        var what = isFlood ? FloodText(@case, "none was answered")
            : isScan ? $"A scan: the client tries many addresses or ports, and nothing answered at {@case.Server.Address}."
            : @case.Client.Syns == 1
                ? string.Create(CultureInfo.InvariantCulture, $"The SYN to {@case.Server.Address} (frame {opening.SynFrame}) was"
                + $" not answered in {over}.")
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
            Why = connection.Drop is { } drop ? CallRules.Dropped(drop, "SYN")
                : "A firewall drops the SYN or its answer, the host is down, or a route is missing.",
            NextStep = isFlood || isScan ? "" : others.Length > 0
                ? "Capture at the server; ss -ltn there: is Recv-Q full?" : "Capture at the server as well: does the SYN arrive?",
        };
    }

    public static ConnectionDiagnosis QueueFull(in Case @case, SocketSample queue) => new()
    {
        Outcome = ConnectionOutcome.Unanswered,
        Summary = "unanswered: backlog-overflow",
        Cause = Cause.BacklogOverflow,
        Confidence = Confidence.Certain,
        Frames = [@case.Clues.Opening.SynFrame, @case.Clues.Opening.LastSynFrame],
        Event = @case.Client.LastSyn.Event,
        What = string.Create(CultureInfo.InvariantCulture,
            $"The listener's accept queue was full ({queue.ReceiveQueue} connections, limit {queue.SendQueue}; Linux holds one"
                + $" more than the"
            + $" limit), so the kernel dropped {(@case.Client.Syns == 1 ? "the SYN" : $"{@case.Client.Syns} SYNs")}."),
        NextStep = "Let the program accept faster, or raise the backlog of listen and net.core.somaxconn.",
    };

    /// <summary>Condition: the server closed the former connection first, and its SYNs went unanswered until TIME_WAIT had ended.</summary>
    public static ConnectionDiagnosis? TimeWaitBefore(in Case @case) =>
        @case.Client.SynRetransmissions >= 2 && @case.Clues.Opening.SynAcks > 0 && @case.Clues.ResetCount == 0
            ? TimeWait(@case) : null;

    public static ConnectionDiagnosis? TimeWait(in Case @case)
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
            Outcome = isOpen ? OpeningRules.EndedOutcome(@case) : ConnectionOutcome.Unanswered,
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
                    $" The SYN of frame {opening.LastSynFrame}, {Case.Span(opening.LastSyn - former.End.Nanoseconds)} after the"
                        + $" close, was answered.") : ""),
            Why = isOlder
                ? "The new initial sequence number is not above the old connection's last one, so the SYN does not end TIME_WAIT"
                + " (RFC 6191)."
                : "Its timestamp may be older than the old connection's (RFC 6191, RFC 7323).",
            NextStep = "Let the client close first, use another source port, or draw initial sequence numbers at random.",
        };
    }

    public static bool IsFlood(in Case @case) =>
        @case.Listener is { Begun: >= Flood, Clients.Count: >= OpeningRules.Scan } served && served.Accepted * 10 < served.Begun;

    public static string FloodText(in Case @case, string end) => string.Create(CultureInfo.InvariantCulture,
        $"One of {@case.Listener!.Begun} SYNs to {@case.Server.Address} from many addresses, {end}: a SYN flood, or the way back"
            + $" is broken.");
}
