using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>What two hosts' recordings together add to silence: lost on the way, or arrived at the host but not at its TCP.</summary>
internal static class ArrivalRules
{
    public static ConnectionDiagnosis With(in Case @case, ConnectionDiagnosis diagnosis)
    {
        if (@case.Connection.Arrivals is not { } arrivals) return diagnosis;
        if (diagnosis.Cause == Cause.Unanswered && @case.Clues.Opening.SynAcks == 0)
            return arrivals[Side.Client] is { IsKnown: true } syns ? OfSyns(@case, diagnosis, syns) : diagnosis;
        if (diagnosis.Cause is not (Cause.RetransmissionTimeout or Cause.PathMtu)) return diagnosis;
        var side = @case.Clues[Side.Client].Tries >= @case.Clues[Side.Server].Tries ? Side.Client : Side.Server;
        return arrivals[side] is { IsKnown: true } sent ? OfData(@case, diagnosis, side, sent) : diagnosis;
    }

    /// <summary>Condition: no SYN was answered, and the server's host recorded too.</summary>
    private static ConnectionDiagnosis OfSyns(in Case @case, ConnectionDiagnosis diagnosis, in Arrivals.Count syns)
    {
        if (syns.Arrived == 0)
        {
            return diagnosis with
            {
                What = $"{diagnosis.What} {(syns.Lost == 1 ? "It did not reach" : "None reached")} the server's host.",
                Why = "The server's host recorded, and its capture has none of them: they were lost on the way.",
                NextStep = "Capture between the two hosts: which device drops the SYN?",
            };
        }

        return diagnosis with
        {
            Summary = "reached the host, not its TCP",
            What = $"{diagnosis.What} {Reached(syns, "server", "SYN")}",
            Why = @case.Connection.Drop is { } drop ? CallRules.Dropped(drop, "SYN") : Behind,
            NextStep = NextStep,
        };
    }

    /// <summary>Condition: data or a FIN was sent again and never acknowledged, and the receiver's host recorded too.</summary>
    private static ConnectionDiagnosis OfData(in Case @case, ConnectionDiagnosis diagnosis, Side side, in Arrivals.Count sent)
    {
        var peer = side.Peer().ToText();
        if (sent.Arrived == 0)
        {
            return diagnosis with
            {
                What = $"{diagnosis.What} No retransmission reached the {peer}'s host: each was lost on the way.",
                NextStep = "Capture between the two hosts: which device drops the segments?",
            };
        }

        var why = @case.Connection.Drop is { } drop ? CallRules.Dropped(drop, "segment") : Behind;
        return diagnosis with
        {
            What = $"{diagnosis.What} {Reached(sent, peer, "retransmission")}",
            Why = diagnosis.Why.Contains(why, StringComparison.Ordinal) ? diagnosis.Why : why,
            NextStep = NextStep,
        };
    }

    private const string Behind = "A filter of that host drops them behind its capture (nft, iptables, rp_filter), or its TCP does not take"
        + " them: checksum, address, or the way back for its answer is broken.";

    private const string NextStep = "nft list ruleset and nstat -az on that host: which counter grows?";

    private static string Reached(in Arrivals.Count count, string peer, string what)
    {
        var all = count.Arrived + count.Lost;
        var subject = all == 1 ? "It" : count.Arrived == all ? "All"
            : string.Create(CultureInfo.InvariantCulture, $"{count.Arrived} of {all}");
        var noun = all == 1 ? "" : $" {what}s";
        return $"{subject}{noun} reached the {peer}'s host, where the capture has {(count.Arrived == 1 ? "it" : "them")}, but not its TCP.";
    }
}
