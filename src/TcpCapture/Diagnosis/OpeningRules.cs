using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Why a connection was not opened: no answer, an ICMP error, or a handshake that was not completed.</summary>
internal static class OpeningRules
{
    private const long Second = 1_000_000_000;

    /// <summary>A scan: one host tries this many ports or hosts.</summary>
    public const int Scan = 10;

    public static ConnectionDiagnosis? Judge(in Case @case)
    {
        var connection = @case.Connection;
        if (connection.Client.Address == connection.Server.Address) return SelfConnect(@case);
        if (connection.Clues.Rounds >= 3) return RoutingLoop(@case);
        if (IsOddScan(@case)) return OddScan(@case);
        if (connection is { IsStray: true, Untranslated: { } proper }) return Untranslated(@case, proper);
        if (@case.WasOpen) return HandshakeRules.RefusedBefore(@case) ?? UnansweredRules.TimeWaitBefore(@case);
        if (connection.Icmp is { Count: > 0 }) return Rejected(@case);
        if (CallRules.Attempt(@case) is { } attempt) return attempt;
        if (connection.FirstSyn is null && connection.Server.Syns == 0) return null;
        if (connection.Untranslated is { } twin) return Untranslated(@case, twin);
        foreach (var reset in connection.Clues.Resets)
        {
            if (reset.By == Side.Client && HandshakeRules.RefusedAnswer(@case, reset) is { } refused) return refused;
            if (reset is { By: Side.Server, Answers: AnsweredKind.Syn }) return RefusalRules.Judge(@case, reset);
        }

        if (connection.Clues.ResetCount > 0 || connection.Client.Bytes > 0) return null;
        return connection.Clues.Opening.SynAcks > 0 ? HandshakeRules.NotCompleted(@case) : UnansweredRules.Unanswered(@case);
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
                $"The {(@case.Client.Syns > 0 ? "SYN" : "connect")} was answered by {count}: {first.Error} from"
                + $" {first.Error.Sender.ToIPAddress()} (frame {first.Frame})."),
            Why = WhyRejected(first.Error, @case.Client.Address, @case.Server.Address),
            NextStep = isLoop ? "Trace the route to the server: a packet circles between two routers." : "",
        };
    }

    private static string WhyRejected(IcmpError error, Endpoint client, Endpoint server)
    {
        var isServer = error.Sender.ToIPAddress().Equals(server.ToIPAddress());
        return error switch
        {
            { IsTimeExceeded: true } => "The TTL ran out on the way: there is a routing loop, or the path is too long.",
            { IsPortUnreachable: true } =>
                "A TCP refuses a port with an RST, not with ICMP: a firewall rejects it (iptables REJECT does so by default). The"
                    + " host is up.",
            { IsProhibited: true } => "A firewall filters this traffic and says so.",
            { IsHostUnreachable: true } when error.Sender.ToIPAddress().Equals(client.ToIPAddress()) && !isServer =>
                "The client's own host says so: the next hop did not answer ARP (IPv6: neighbour discovery).",
            { IsHostUnreachable: true } => isServer ? "" : "The router has no way to the host: it is down, or does not answer ARP.",
            _ => "The network has no way to the destination.",
        };
    }

    public static ConnectionOutcome EndedOutcome(in Case @case) =>
        @case.Client.FinEvent != 0 && @case.Server.FinEvent != 0 ? ConnectionOutcome.Closed : ConnectionOutcome.Open;

    public static ConnectionDiagnosis Open(string summary) => new() { Outcome = ConnectionOutcome.Open, Summary = summary };

    /// <summary>Condition: the numbers of a stray segment continue another connection's, with one address changed.</summary>
    public static ConnectionDiagnosis Untranslated(in Case @case, Connection twin)
    {
        var stray = @case.Connection.BeganEarlier ? @case.Connection : twin;
        var proper = stray == twin ? @case.Connection : twin;
        var from = stray.Client.Address == proper.Client.Address ? stray.Server.Address : stray.Client.Address;
        var frame = stray == @case.Connection
            ? Math.Max(@case.Clues[Side.Client].LatestRun.Frame, @case.Clues[Side.Server].LatestRun.Frame) : 0;
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
            Why = "The client knows no connection with that address and refused the segment; the RST reached the server and ended"
                + " its socket.",
            NextStep = "Look for conntrack entries in state INVALID (nf_conntrack_tcp_be_liberal), or for an asymmetric route"
                + " around the NAT.",
        };
    }
}
