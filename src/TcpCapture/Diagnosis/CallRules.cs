using System.Globalization;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>What the errno of a failed connect, or the error that the kernel stored on a socket, adds to the segments.</summary>
internal static class CallRules
{
    private const long Second = 1_000_000_000;

    /// <summary>The errors with which a connect ends; others belong to a later call.</summary>
    private static bool IsOfConnect(string error) => error is not ("EPIPE" or "ECONNRESET" or "ENOTCONN" or "EISCONN" or "EALREADY");

    /// <summary>Condition: a connect did not succeed, and none of its segments was captured.</summary>
    public static ConnectionDiagnosis? Attempt(in Case @case)
    {
        var connection = @case.Connection;
        if (!connection.IsAttempt || connection.GoesOn) return null;
        if (ErrorOf(@case) is not { } error) return Abandoned(@case);
        var (client, to) = (@case.Name(Side.Client), @case.Server.Address);
        var (cause, confidence, outcome) = Classify(error);
        return new ConnectionDiagnosis
        {
            Outcome = outcome,
            Summary = $"connect failed: {error}",
            Cause = cause,
            Confidence = confidence,
            Event = EventOf(@case),
            What = $"The {client}'s connect to {to} failed with {error}{Number(EventOf(@case))}{After(@case)}; no segment of it was"
                + " captured.",
            Why = Meaning(@case, error),
            NextStep = NextStep(error, to),
        };
    }

    /// <summary>
    /// Condition: no answer to the SYN was captured, no RST and no ICMP error, and the client's kernel reported an error that only
    /// an ICMP error (or an RST, for ECONNREFUSED) brings to a socket in SYN_SENT.
    /// </summary>
    public static ConnectionDiagnosis? IcmpUnseen(in Case @case)
    {
        if (@case.Clues.Opening.SynFrame == 0 || @case.Clues.Opening.SynAcks > 0 || @case.Clues.ResetCount > 0) return null;
        var report = @case.Client.KernelError;
        var isSoft = report is { Number: 0 } soft && (@case.Client.Closing.Event == 0 || soft.Time < @case.Client.Closing.Time);
        var error = isSoft ? null : ErrorOf(@case);
        if (!isSoft && !IsOfIcmp(error)) return null;
        var since = (report?.Time.Nanoseconds ?? @case.Client.Failed.Time.Nanoseconds) - (@case.Connection.FirstSyn?.Nanoseconds ?? 0);
        var told = error is null ? "its kernel noted an error of the network" : $"its kernel ended it with {error}";
        var isRefusal = error == "ECONNREFUSED";
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Rejected,
            Summary = "rejected: an ICMP error, not captured",
            Cause = Cause.IcmpReject,
            Confidence = Confidence.Likely,
            AlsoPossible = isRefusal ? [Cause.NoListener, Cause.FirewallReject] : [Cause.Unanswered],
            Frames = [@case.Clues.Opening.SynFrame],
            Event = EventOf(@case) is not 0 and var number ? number : @case.Client.LastSyn.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The SYN to {@case.Server.Address} (frame {@case.Clues.Opening.SynFrame}) was rejected: {told} {Case.Span(since)} after")
                + " it, as an ICMP error makes it do: the destination is administratively filtered, prohibited or unreachable.",
            Why = (error is null ? "The kernel reported it as a soft error (inet_sk_error_report). " : "")
                + (isRefusal ? "No RST and no ICMP error was captured."
                    : "No RST came, and the capture has no ICMP error: its filter may have left it out."),
            NextStep = "Capture with ICMP: which error came, and from which address? Usually a firewall rejects (nft, iptables REJECT).",
        };
    }

    private static bool IsOfIcmp(string? error) =>
        error is "EHOSTUNREACH" or "ENETUNREACH" or "ECONNREFUSED" or "ENOPROTOOPT" or "EHOSTDOWN" or "EPROTO";

    /// <summary>Condition: the kernel reports that it dropped a SYN because the accept queue was full.</summary>
    public static ConnectionDiagnosis QueueDropped(in Case @case, DroppedPacket drop) => new()
    {
        Outcome = ConnectionOutcome.Unanswered,
        Summary = "unanswered: backlog-overflow",
        Cause = Cause.BacklogOverflow,
        Confidence = drop.IsOwn ? Confidence.Certain : Confidence.Likely,
        AlsoPossible = drop.IsOwn ? [] : [Cause.Unanswered],
        Frames = [@case.Clues.Opening.SynFrame, @case.Clues.Opening.LastSynFrame],
        Event = @case.Client.LastSyn.Event,
        What = string.Create(CultureInfo.InvariantCulture,
            $"The accept queue of {@case.Server.Address} was full, so the kernel dropped"
            + $" {(@case.Client.Syns == 1 ? "the SYN" : $"{@case.Client.Syns} SYNs")}."),
        Why = Dropped(drop, "SYN"),
        NextStep = "Let the program accept faster, or raise the backlog of listen and net.core.somaxconn.",
    };

    /// <summary>Says that the kernel dropped a segment, or a packet at the same time.</summary>
    public static string Dropped(DroppedPacket drop, string segment) => drop.IsOwn
        ? $"The kernel dropped the {segment} ({drop.Reason})."
        : $"At that moment the kernel dropped a packet, perhaps this {segment} ({drop.Reason}).";

    /// <summary>Adds what the calls, or the kernel's error, say about a failure that the segments show.</summary>
    public static ConnectionDiagnosis WithError(in Case @case, ConnectionDiagnosis diagnosis)
    {
        if (diagnosis.What.Length == 0) return diagnosis;
        if (!@case.WasOpen && ErrorOf(@case) is { } error)
        {
            var text = $"The client's connect failed with {error}{Number(EventOf(@case))}.";
            if (!diagnosis.What.Contains(error, StringComparison.Ordinal)) diagnosis = diagnosis with { Why = Join(diagnosis.Why, text) };
            return diagnosis;
        }

        if (@case.Connection.Drop is { } drop && diagnosis.Cause is Cause.RetransmissionTimeout or Cause.PathMtu or Cause.BacklogOverflow
            && !diagnosis.Why.Contains(drop.Reason, StringComparison.Ordinal))
            diagnosis = diagnosis with { Why = Join(diagnosis.Why, Dropped(drop, "segment")) };
        if (!@case.WasOpen && diagnosis.Cause == Cause.Unanswered && GivenUp(@case) is { } gaveUp)
            return diagnosis with { What = $"{diagnosis.What} {gaveUp}" };
        if (diagnosis.Cause is not (Cause.RetransmissionTimeout or Cause.KeepaliveTimeout or Cause.PathMtu or Cause.WindowStalled))
            return diagnosis;
        foreach (var side in (ReadOnlySpan<Side>)[Side.Client, Side.Server])
        {
            if (diagnosis.What.Contains("ETIMEDOUT", StringComparison.Ordinal)) break;
            if (@case.Connection[side] is not { KernelError: { Number: not 0 } } end) continue;
            var name = ErrnoText.NameOf(end.KernelError!.Value.Number);
            if (name is not ("ETIMEDOUT" or "EHOSTUNREACH" or "ENETUNREACH")) continue;
            var failed = end.Failed.Error == name ? $", which {end.Failed.Name} returned (event {end.Failed.Event})" : "";
            return diagnosis with
            {
                Outcome = ConnectionOutcome.TimedOut,
                Why = Join(diagnosis.Why, $"The {@case.Name(side)}'s kernel gave up with {name}{failed}."),
            };
        }

        return diagnosis;
    }

    /// <summary>The errno of the connect: of the call that returned it, else of the kernel's report; null for none.</summary>
    private static string? ErrorOf(in Case @case)
    {
        var failed = @case.Client.Failed;
        if (failed.Event != 0 && IsOfConnect(failed.Error)) return failed.Error;
        return @case.Client.KernelError is { Number: not 0 } kernel ? ErrnoText.NameOf(kernel.Number) : null;
    }

    private static long EventOf(in Case @case) =>
        @case.Client.Failed is { Event: not 0 } failed && IsOfConnect(failed.Error) ? failed.Event : 0;

    /// <summary>Condition: the client closed its socket after its SYN, before any answer.</summary>
    private static string? GivenUp(in Case @case)
    {
        if (@case.Client.Closing is not { Event: not 0 } closing || @case.Connection.FirstSyn is not { } syn) return null;
        if (@case.Clues.Opening.SynAcks > 0 || closing.Time < syn) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"The {@case.Name(Side.Client)} gave up {Case.Span(closing.Time - syn)} after the first SYN ({closing.Name}, event"
            + $" {closing.Event}).");
    }

    /// <summary>Condition: the program closed the socket, or ended, before its connect had an outcome.</summary>
    private static ConnectionDiagnosis? Abandoned(in Case @case)
    {
        if (@case.Client.Closing is not { Event: not 0 } closing) return null;
        return new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Unanswered,
            Summary = "given up before a SYN was captured",
            Cause = Cause.Unanswered,
            Confidence = Confidence.Possible,
            Event = closing.Event,
            What = string.Create(CultureInfo.InvariantCulture,
                $"The {@case.Name(Side.Client)} gave up its connect to {@case.Server.Address} (event {closing.Event}), and no SYN of it was"
                + $" captured."),
            Why = "The neighbour's address was not resolved yet (ARP, neighbour discovery), or the SYN left through another interface.",
            NextStep = $"ip route get {@case.Server.Address.ToIPAddress()} and ip neigh show how this host reaches the address.",
        };
    }

    private static (Cause Cause, Confidence Confidence, ConnectionOutcome Outcome) Classify(string error) => error switch
    {
        "EHOSTUNREACH" or "EHOSTDOWN" or "ENETUNREACH" or "ENETDOWN" => (Cause.Unanswered, Confidence.Likely, ConnectionOutcome.Unanswered),
        "ETIMEDOUT" => (Cause.Unanswered, Confidence.Likely, ConnectionOutcome.TimedOut),
        "ECONNREFUSED" => (Cause.NoListener, Confidence.Likely, ConnectionOutcome.Refused),
        _ => (Cause.Unknown, Confidence.Certain, ConnectionOutcome.Unanswered),
    };

    private static string Meaning(in Case @case, string error) => error switch
    {
        "EHOSTUNREACH" when DurationOf(@case) >= Second =>
            "Most likely the neighbour did not answer ARP (IPv6: neighbour discovery): the host, or the gateway to it, is down.",
        "EHOSTUNREACH" => "Most likely a route of this host says unreachable, or an earlier ARP request to the neighbour has failed.",
        "ENETUNREACH" => "This host has no route to the address.",
        "ENETDOWN" => "The interface is down.",
        "ETIMEDOUT" => "The SYNs left through an interface that was not captured, or before the capture began.",
        "ECONNREFUSED" => "Most likely nobody listens on the port: the RST came through an interface that was not captured.",
        "EADDRNOTAVAIL" => Ports(@case.Connection.PortUse),
        "EADDRINUSE" => "Another socket has the same local address and port.",
        "EACCES" or "EPERM" => "A policy of this host forbids it (a BPF program of the cgroup, SELinux, a prohibit route).",
        "EMFILE" or "ENFILE" => "No file descriptor was free.",
        "EINVAL" => "The arguments do not fit: an address of another scope, such as the loopback address as source of another network.",
        _ => "",
    };

    private static string NextStep(string error, Endpoint to) => error switch
    {
        "EHOSTUNREACH" or "ENETUNREACH" or "EHOSTDOWN" or "ENETDOWN" =>
            $"ip route get {to.ToIPAddress()} and ip neigh show how this host reaches the address.",
        "EADDRNOTAVAIL" => "Keep connections open and reuse them, or widen net.ipv4.ip_local_port_range.",
        "EADDRINUSE" => "ss -tanp shows who has the port.",
        _ => "",
    };

    /// <summary>Who holds the local ports.</summary>
    private static string Ports(PortUse? use)
    {
        if (use is null or { TimeWait: 0, Open: 0 })
            return "No local port was free, or the source address is not of this host. No other connection to the server was observed.";
        var holders = use.Holders.Count == 0 ? "" : " by "
            + string.Join(", ", use.Holders.Select(holder => string.Create(CultureInfo.InvariantCulture,
                $"{holder.Owner.ProcessName}[{holder.Owner.ProcessId}] ({holder.Count})")));
        var open = use.Open == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{use.Open} held open{holders}");
        var waiting = use.TimeWait == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{use.TimeWait} in TIME_WAIT (60 s on Linux)");
        var all = string.Join(" and ", new[] { waiting, open }.Where(part => part.Length > 0));
        return $"No local port was free: connections to {use.Server} had {all}, as far as they were observed.";
    }

    private static long DurationOf(in Case @case) =>
        @case.Client.Failed is { Event: not 0 } failed && @case.Client.ConnectTime is { } begin ? failed.Time - begin : 0;

    private static string After(in Case @case) => DurationOf(@case) is >= Second / 100 and var took ? $" after {Case.Span(took)}" : "";

    private static string Number(long number) => number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (event {number})");

    private static string Join(string first, string second) => first.Length == 0 ? second : $"{first} {second}";
}
