using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>Why an RST answered the SYN.</summary>
internal static class RefusalRules
{
    public static ConnectionDiagnosis Judge(in Case @case, ResetClue reset)
    {
        var address = @case.Server.Address;
        var diagnosis = new ConnectionDiagnosis
        {
            Outcome = ConnectionOutcome.Refused,
            Summary = "",
            ResetBy = Side.Server,
            KernelReason = reset.Reason,
            Frames = [reset.AnsweredFrame, reset.Frame],
            Event = reset.Event,
        };
        if (IsHere(@case, reset)) return OfOwnHost(@case, reset, diagnosis);
        if (@case.Caller is { Targets.Count: >= OpeningRules.Scan } caller && caller.Accepted * 2 < caller.Begun)
        {
            return diagnosis with
            {
                Summary = "port scan: closed",
                Cause = Cause.Probe,
                Confidence = Confidence.Likely,
                AlsoPossible = [Cause.NoListener],
                What = string.Create(CultureInfo.InvariantCulture,
                    $"A port scan: the client tried {caller.Targets.Count} ports or more, and an RST refused this one (frame"
                        + $" {reset.Frame}):"
                    + $" {address} is closed."),
            };
        }

        var refused = string.Create(CultureInfo.InvariantCulture,
            $"An RST (frame {reset.Frame}) refused the SYN to {address} (frame {reset.AnsweredFrame})");
        if (@case.Listener is { Accepted: > 0 } served) return OfServedPort(@case, reset, served, diagnosis, refused);
        if (reset.Seq != 0)
        {
            return diagnosis with
            {
                Cause = Cause.NoListener,
                Confidence = Confidence.Possible,
                AlsoPossible = [Cause.FirewallReject],
                What = $"{refused}: nobody listens on the port, or a firewall rejects it.",
                Why = "The RST's sequence number is not 0 as RFC 9293 section 3.10.7.1 asks, so a device wrote or rewrote it.",
                NextStep = "ss -ltn on the server: does anything listen?",
            };
        }

        return diagnosis with
        {
            Cause = Cause.NoListener,
            Confidence = Confidence.Likely,
            AlsoPossible = [Cause.FirewallReject],
            What = $"{refused}: most likely nobody listens on the port.",
            Why = "A firewall that rejects with an RST looks the same.",
            NextStep = "ss -ltn on the server: does anything listen?",
        };
    }

    /// <summary>True if the recording comes from the host that refused.</summary>
    private static bool IsHere(in Case @case, ResetClue reset) =>
        reset.Reason is not null || reset.Witness is { Listener: not null }
        || (!@case.Connection.IsKnownBySegmentsOnly && @case.Server.Address.ToIPAddress() is var ip
            && (System.Net.IPAddress.IsLoopback(ip) || ip.Equals(@case.Client.Address.ToIPAddress())));

    /// <summary>Condition: the kernel's reason or the listeners of this host are known.</summary>
    private static ConnectionDiagnosis OfOwnHost(in Case @case, ResetClue reset, ConnectionDiagnosis diagnosis)
    {
        var address = @case.Server.Address;
        if (reset.Witness is { Listener: TcpState.Listen } || reset.Reason == "INVALID_SYN")
        {
            return diagnosis with
            {
                Cause = reset.Reason == "INVALID_SYN" ? Cause.BacklogOverflow : Cause.FirewallReject,
                Confidence = Confidence.Likely,
                What = $"The SYN to {address} was refused (frame {reset.Frame}), although the port is served.",
                Why = reset.Reason == "INVALID_SYN" ? "The accept queue was full. The kernel says"
                    + " INVALID_SYN." : reset.Reason is null ? "A filter of this host rejects it with an RST." : $"The kernel says"
                    + $" {reset.Reason}.",
                NextStep = "nft list ruleset: is there a reject with tcp reset?",
            };
        }

        var isFilter = reset.Reason is not null and not ("NO_SOCKET" or "NOT_SPECIFIED");
        return diagnosis with
        {
            Cause = Cause.NoListener,
            Confidence = isFilter ? Confidence.Likely : Confidence.Certain,
            What = $"Nobody listens on {address}: an RST refused the SYN (frame {reset.Frame}).",
            Why = reset.Reason is null ? "" : $"The kernel says {reset.Reason}.",
        };
    }

    /// <summary>Condition: other connections to the same port were accepted.</summary>
    private static ConnectionDiagnosis OfServedPort(
        in Case @case, ResetClue reset, Neighbours.Served served, ConnectionDiagnosis diagnosis, string refused)
    {
        var accepted = string.Create(CultureInfo.InvariantCulture,
            $"Somebody listens there: {served.Accepted} other {(served.Accepted == 1 ? "connection was" : "connections were")} accepted");
        var syn = @case.Connection.FirstSyn ?? @case.Connection.Start;
        if (@case.Clues.AsksForEcn && !served.AcceptedEcn)
        {
            return diagnosis with
            {
                Cause = Cause.FirewallReject,
                Confidence = Confidence.Likely,
                What = $"{refused}: it asks for ECN, and exactly the SYNs that ask for ECN (ECE and CWR set) are refused.",
                Why = $"{accepted}, none of which asked for ECN: the server's TCP or a firewall does not take ECN.",
                NextStep = "sysctl net.ipv4.tcp_ecn=0 on the client works around it.",
            };
        }

        if (@case.Clues.Opening.SynLength > 0)
        {
            return diagnosis with
            {
                Cause = Cause.FirewallReject,
                Confidence = Confidence.Likely,
                What = $"{refused}: it carries data (Fast Open), and a device on the path does not take that.",
                Why = $"{accepted}.",
            };
        }

        if (served.AnswerTtl != 0 && reset.Ttl != 0 && Math.Abs(served.AnswerTtl - reset.Ttl) > 1)
        {
            return diagnosis with
            {
                Cause = Cause.FirewallReject,
                Confidence = Confidence.Likely,
                AlsoPossible = [Cause.NoListener],
                What = $"{refused}: a firewall or load balancer sent it, not the server.",
                Why = string.Create(CultureInfo.InvariantCulture,
                    $"Its TTL is {reset.Ttl}; the SYN-ACKs of that address have {served.AnswerTtl}. {accepted}."),
            };
        }

        if (served.LastAccepted < syn)
        {
            return diagnosis with
            {
                Cause = Cause.NoListener,
                Confidence = Confidence.Possible,
                AlsoPossible = [Cause.FirewallReject, Cause.BacklogOverflow],
                What = $"{refused}. The port had been served before: the listener was closed since, or a limit refuses this connection.",
                Why = $"{accepted}, the last {Case.Span(syn - served.LastAccepted.Value)} before.",
                NextStep = "ss -ltn on the server: does anything listen?",
            };
        }

        if (served.FirstAccepted > syn)
        {
            return diagnosis with
            {
                Cause = Cause.NoListener,
                Confidence = Confidence.Likely,
                AlsoPossible = [Cause.FirewallReject, Cause.BacklogOverflow],
                What = $"{refused}: the port was not served yet.",
                Why = $"{accepted}, the first {Case.Span(served.FirstAccepted.Value - syn)} later.",
            };
        }

        return diagnosis with
        {
            Cause = Cause.FirewallReject,
            Confidence = Confidence.Likely,
            AlsoPossible = [Cause.BacklogOverflow, Cause.NoListener],
            What = $"{refused}, while others got through: a firewall, a limit or a full accept queue refused it.",
            Why = $"{accepted}, before and after. (Windows refuses with an RST when the queue is full; Linux drops the SYN.)",
            NextStep = "Compare what the refused SYNs have in common: source address, rate, options.",
        };
    }
}
