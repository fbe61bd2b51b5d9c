using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Trouble without an RST, or before one: nothing is acknowledged, the window stays at 0, probes are not answered.</summary>
internal static class SilenceRules
{
    private const long Second = 1_000_000_000;

    /// <summary>Transmissions from which a loss is taken for a broken path.</summary>
    private const int ManyTries = 4;

    /// <summary>Linux gives up after this many transmissions (tcp_retries2 15).</summary>
    private const int LinuxTries = 16;

    /// <summary>The shortest closed window that is reported.</summary>
    private const long LongZeroWindow = 5 * Second;

    /// <summary>A payload above which a lost segment may be too large for the path: the smallest MTU of IPv6 less headers.</summary>
    private const int LargePayload = 1200;

    public static ConnectionDiagnosis? Judge(in Case @case)
    {
        if (!@case.WasOpen && @case.Client.Bytes == 0) return null;
        var connection = @case.Connection;
        if (connection.Unheard is not null || connection.GoesOn) return null;
        if (Overflow(@case) is { } overflow) return overflow;
        foreach (var side in (ReadOnlySpan<Side>)[Side.Client, Side.Server])
        {
            var diagnosis = OfEnd(@case, side);
            if (diagnosis is not null) return diagnosis with { Outcome = OutcomeOf(@case, side, diagnosis.Outcome) };
        }

        return TimedOut(@case);
    }

    /// <summary>What an RST that answers nothing gave up after; null if nothing was waited for.</summary>
    public static ConnectionDiagnosis? GivenUp(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var found = Overflow(@case) ?? OfEnd(@case, reset.By);
        if (found is null) return null;
        var last = Case.Span(reset.SinceSent);
        return found with
        {
            Outcome = found.Outcome == ConnectionOutcome.TimedOut || found.Cause == Cause.KeepaliveTimeout
                ? ConnectionOutcome.TimedOut : diagnosis.Outcome,
            Frames = [.. found.Frames, reset.Frame],
            Event = reset.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"{found.What} {last} after its last segment the {reset.By.ToText()} gave up and sent an RST (frame {reset.Frame})."),
        };
    }

    private static ConnectionDiagnosis? OfEnd(in Case @case, Side side) =>
        ZeroWindow(@case, side) ?? NeverAcknowledged(@case, side) ?? KeepAlives(@case, side);

    /// <summary>
    /// Condition: the client's ACK of the SYN-ACK passed, the server sent nothing but SYN-ACKs, and either repeated them or left the
    /// client's data unacknowledged.
    /// </summary>
    private static ConnectionDiagnosis? Overflow(in Case @case)
    {
        var (opening, client) = (@case.Clues.Opening, @case.Clues[Side.Client]);
        if (opening.SynAcks == 0 || @case.Server.Bytes > 0 || @case.Server.FinEvent != 0) return null;
        if (@case.Server.HasAcknowledged(unchecked(@case.Client.Iss + 2 + (uint)opening.SynLength))
            || @case.Server.LastAckSent == 0) return null;
        if (@case.Connection.Arrivals is { } arrivals && arrivals[Side.Client] is { Arrived: 0, Lost: > 0 }) return null; // lost on the way
        var isRepeated = opening.SynAcksAfterAck >= 2 || (opening.SynAcksAfterAck == 1 && client.Tries >= 3);
        var isUnread = @case.Client.Bytes > 0 && client.Tries >= 3;
        if (!isRepeated && !isUnread) return null;
        var served = @case.Listener is { Accepted: > 1 };
        var queue = @case.Connection.AcceptQueue;
        var data = @case.Client.Bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" and its data (sent {Case.Times(client.Tries)}, frames {client.FirstTryFrame} to {client.LastTryFrame}) was never"
                + $" acknowledged");
        var repeated = isRepeated ? string.Create(CultureInfo.InvariantCulture,
            $"The server sent its SYN-ACK {Case.Times(opening.SynAcksAfterAck)} again although the ACK had passed here: it did not"
                + $" take the ACK.") : "";
        var isDropped = opening.DroppedAcks > 0;
        var isShown = queue is not null || isDropped || @case.Server.LastSample is { State: TcpState.SynRecv };
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Stalled,
            Summary = "accept queue full",
            Cause = Cause.BacklogOverflow,
            Confidence = isShown ? Confidence.Certain : isRepeated || served ? Confidence.Likely : Confidence.Possible,
            AlsoPossible = isShown ? [] : [Cause.RetransmissionTimeout],
            Frames = [opening.SynAckFrame, client.FirstTryFrame, opening.LastSynAckFrame],
            Event = @case.Server.LastSyn.Event,
            What = $"The client completed the handshake{data}: the server's accept queue was full, so its kernel dropped what came"
                + (queue is null ? "." : string.Create(CultureInfo.InvariantCulture,
                    $" ({Count((int)queue.ReceiveQueue, "connection")} waited, limit {queue.SendQueue}; Linux holds one more than the"
                    + $" limit).")),
            Why = string.Join(' ', new[] { repeated, isDropped ? Dropped(opening) : "",
                isShown ? "" : "The path from client to server may lose everything instead." }.Where(part => part.Length > 0)),
            NextStep = isShown ? "Let the program accept faster, or raise the backlog of listen and net.core.somaxconn."
                : "ss -ltn on the server: is Recv-Q full? nstat -az TcpExtListenOverflows counts it.",
        };
    }

    /// <summary>Condition: the server's kernel reports its changes, but not that these ACKs opened its socket.</summary>
    private static string Dropped(in OpeningClues opening) => string.Create(CultureInfo.InvariantCulture,
        $"The server's kernel did not take {Count(opening.DroppedAcks, "ACK")} that would have opened its socket (first in"
        + $" event {opening.DroppedAckEvent}): the socket stayed in SYN_RECV.");

    /// <summary>
    /// Condition: the other end's window is 0 until the end, for at least 5 s, and this end has probed it or has data to send.
    /// </summary>
    private static ConnectionDiagnosis? ZeroWindow(in Case @case, Side side)
    {
        var (own, reader) = (@case.Clues[side], @case.Clues[side.Peer()]);
        if (reader.ZeroWindowSince == 0 || own.WindowProbes + own.UnansweredKeepAlives + own.AnsweredKeepAlives == 0) return null;
        var length = EndOf(@case) - reader.ZeroWindowSince;
        if (length < LongZeroWindow) return null;
        var name = @case.Name(side.Peer());
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Stalled,
            Summary = "window 0: the reader stopped",
            Cause = Cause.WindowStalled,
            Confidence = Confidence.Certain,
            Frames = [reader.ZeroWindowFrame],
            What = string.Create(CultureInfo.InvariantCulture,
                $"The {name} stopped reading: its window was 0 for {Case.Span(length)} (from frame {reader.ZeroWindowFrame}), and"
                + $" {Count(own.WindowProbes + own.UnansweredKeepAlives + own.AnsweredKeepAlives, "probe")} of the {side.ToText()}"
                + $" found it still closed."),
            Why = "The application reads too slowly or not at all; its receive buffer is full.",
            NextStep = $"Look at the {side.Peer().ToText()}'s application: ss -tn shows its full Recv-Q.",
        };
    }

    /// <summary>Condition: the oldest data, or FIN, was sent at least four times and never acknowledged.</summary>
    private static ConnectionDiagnosis? NeverAcknowledged(in Case @case, Side side)
    {
        var (own, end, other) = (@case.Clues[side], @case.Connection[side], @case.Connection[side.Peer()]);
        if (own.Tries < ManyTries || other.LastAckSent == 0 || other.HasAcknowledged(unchecked(own.OldestSeq + 1))) return null;
        if (@case.Connection.Icmp is { Count: > 0 } icmp && !icmp.Kept[0].Error.IsTooBig) return IcmpEnded(@case, side, icmp.Kept[0]);
        var isFin = end.FinEvent != 0 && own.OldestLength == 0 && own.OldestSeq == unchecked(end.FinNext - 1);
        var peer = side.Peer().ToText();
        var what = isFin ? "FIN" : Case.Bytes(Math.Max(own.OldestLength, 1));
        var frames = string.Create(CultureInfo.InvariantCulture, $"frames {own.FirstTryFrame} to {own.LastTryFrame}");
        var over = Case.Span(own.LastTry - own.FirstTry);
        var peerLives = @case.Clues[side.Peer()].LastTime > own.FirstTry;
        var isLarge = own.OldestLength >= LargePayload && own.LargestDelivered < own.OldestLength;
        if (isLarge && (peerLives || own.LargestDelivered > 0))
            return PathMtu(@case, side, own, frames, over, peerLives);
        var tries = own.Tries;
        return new ConnectionDiagnosis
        {
            Outcome = tries >= LinuxTries - 1 || Waited(@case, own) ? ConnectionOutcome.TimedOut : ConnectionOutcome.Stalled,
            Summary = string.Create(CultureInfo.InvariantCulture, $"never acknowledged: sent {tries} times"),
            Cause = Cause.RetransmissionTimeout,
            Confidence = peerLives ? Confidence.Likely : Confidence.Certain,
            AlsoPossible = peerLives || isLarge ? [Cause.PathMtu] : [],
            Frames = [own.FirstTryFrame, own.LastTryFrame],
            Event = other.LastReceived.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The {(isFin ? "FIN" : what)} of the {side.ToText()} {(isFin || own.OldestLength <= 1 ? "was" : "were")} sent"
                    + $" {tries} times in {over} ({frames}) and never acknowledged.")
                + (tries >= LinuxTries - 1 ? " Linux gives up after tcp_retries2 (15) retransmissions with ETIMEDOUT, without a"
                + " segment." : ""),
            Why = peerLives ? $"The {peer} still sends, so it lives: this direction of the path loses the segments."
                : $"Nothing came from the {peer} since: it is gone, or the path is broken.",
            NextStep = $"Capture at the {peer} as well: do the segments arrive?",
        };
    }

    private static ConnectionDiagnosis PathMtu(
        in Case @case, Side side, in EndClues own, string frames, string over, bool peerLives) => new()
        {
            Outcome = ConnectionOutcome.Stalled,
            Summary = "large segments lost: path MTU",
            Cause = Cause.PathMtu,
            Confidence = peerLives ? Confidence.Likely : Confidence.Possible,
            AlsoPossible = [Cause.RetransmissionTimeout],
            Frames = [own.FirstTryFrame, own.LastTryFrame],
            Event = @case.Connection[side.Peer()].LastReceived.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"Only large segments of the {side.ToText()} are lost: the one of {own.OldestLength} bytes was sent {own.Tries}"
                    + $" times in {over}"
                + $" ({frames}) and never acknowledged")
                + ((@case.Clues[side.Peer()].Has & EndClues.Traits.SelectiveAck) != 0 ? ", while smaller ones arrived (SACK)."
                    : own.LargestDelivered > 0 ? string.Create(CultureInfo.InvariantCulture, $", while segments of up to"
                    + $" {own.LargestDelivered} bytes arrived.")
                    : ", while the other end is alive."),
            Why = (@case.Connection.Icmp is { Count: > 0, LowestMtu: > 0 and var mtu }
                ? string.Create(CultureInfo.InvariantCulture, $"A router said that the MTU is {mtu}, but the sender did not follow.")
                : "The path's MTU is smaller, and no ICMP \"fragmentation needed\" was seen here: a path MTU black hole."),
            NextStep = "Lower the MTU, or clamp the MSS on the router; let ICMP 3/4 (ICMPv6 2) pass.",
        };

    private static ConnectionDiagnosis IcmpEnded(in Case @case, Side side, IcmpReport report) => new()
    {
        Outcome = ConnectionOutcome.TimedOut,
        Summary = $"ICMP {report.Error.Meaning}",
        Cause = report.Error.IsTimeExceeded ? Cause.RoutingLoop : Cause.IcmpReject,
        Confidence = Confidence.Likely,
        Frames = [report.Frame, @case.Clues[side].LastTryFrame],
        Event = report.Event,
        What = string.Create(CultureInfo.InvariantCulture,
            $"The {side.ToText()}'s segments no longer get through: {report.Error} from {report.Error.Sender.ToIPAddress()} (frame"
                + $" {report.Frame});"
            + $" the oldest was sent {@case.Clues[side].Tries} times and never acknowledged."),
    };

    /// <summary>Condition: at least two keep-alive probes in a row were not answered by anything.</summary>
    private static ConnectionDiagnosis? KeepAlives(in Case @case, Side side)
    {
        var own = @case.Clues[side];
        if (own.UnansweredKeepAlives < 2) return null;
        var peer = side.Peer().ToText();
        var text = own.AnsweredKeepAlives > 0
            ? $"The {side.ToText()}'s keep-alive probes were answered {Case.Times(own.AnsweredKeepAlives)}, then"
            + $" {own.UnansweredKeepAlives} in a row were not"
            : $"{own.UnansweredKeepAlives} keep-alive probes of the {side.ToText()} in a row were not answered";
        return new ConnectionDiagnosis
        {
            Outcome = @case.Connection.IsOver ? ConnectionOutcome.TimedOut : ConnectionOutcome.Stalled,
            Summary = "keep-alives not answered",
            Cause = Cause.KeepaliveTimeout,
            Confidence = own.UnansweredKeepAlives >= 3 ? Confidence.Certain : Confidence.Likely,
            Frames = [own.FirstKeepAliveFrame],
            Event = @case.Connection[side.Peer()].LastReceived.Event,
            What = string.Create(CultureInfo.InvariantCulture, $"{text} (from frame {own.FirstKeepAliveFrame})."),
            Why = $"The {peer} vanished, or the path to it or back is broken.",
            NextStep = $"Capture at the {peer} as well: do the probes arrive?",
        };
    }

    /// <summary>Condition: a call returned ETIMEDOUT.</summary>
    private static ConnectionDiagnosis? TimedOut(in Case @case)
    {
        foreach (var side in (ReadOnlySpan<Side>)[Side.Client, Side.Server])
        {
            if (@case.Connection[side].TimedOut is not { Event: not 0 } call) continue;
            var own = @case.Clues[side];
            return new ConnectionDiagnosis
            {
                Outcome = ConnectionOutcome.TimedOut,
                Summary = "timed out",
                Cause = own.Tries > 1 ? Cause.RetransmissionTimeout : Cause.KeepaliveTimeout,
                Confidence = Confidence.Certain,
                Frames = own.Tries > 1 ? [own.FirstTryFrame, own.LastTryFrame] : [],
                Event = call.Event,
                What = own.Tries > 1
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"The {@case.Name(side)}'s data was sent {Case.Times(own.Tries)} (frames {own.FirstTryFrame} to"
                            + $" {own.LastTryFrame}) and never"
                        + $" acknowledged; its kernel gave up with ETIMEDOUT (event {call.Event}).")
                    : $"The {@case.Name(side)}'s kernel gave up with ETIMEDOUT (event {call.Event}).",
            };
        }

        return null;
    }

    private static ConnectionOutcome OutcomeOf(in Case @case, Side side, ConnectionOutcome outcome) =>
        @case.Connection[side].TimedOut.Event != 0 ? ConnectionOutcome.TimedOut : outcome;

    /// <summary>True if the next retransmission is overdue: exponential backoff would have sent it.</summary>
    private static bool Waited(in Case @case, in EndClues own) => @case.Until - own.LastTry > 2 * (own.LastTry - own.FirstTry) + 2 * Second;

    /// <summary>The last time at which the window can have been 0: the RST, or the end of the observation.</summary>
    private static long EndOf(in Case @case) => @case.Clues.Resets.Count > 0
        ? @case.Clues.Resets[0].Time : @case.Connection.End.Nanoseconds;

    private static string Count(int count, string what) => count == 1
        ? $"1 {what}" : string.Create(CultureInfo.InvariantCulture, $"{count} {what}s");
}
