using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>What is unusual about a connection without being a failure.</summary>
internal static class Remarks
{
    /// <summary>Copies below this share of the segments are not worth a sentence.</summary>
    private const int MinShareOfCopies = 20;

    public static IReadOnlyList<string> Of(in Case @case, Cause cause)
    {
        List<string>? found = null;
        Add(ref found, Copies(@case));
        Add(ref found, FastOpen(@case) ?? LostSyn(@case));
        Add(ref found, PathMtu(@case));
        Add(ref found, IdleReset(@case));
        Add(ref found, OtherSynAcks(@case));
        Add(ref found, DroppedAck(@case, cause));
        return (IReadOnlyList<string>?)found ?? [];
    }

    private static void Add(ref List<string>? found, string? remark)
    {
        if (remark is not null) (found ??= []).Add(remark);
    }

    /// <summary>Condition: packets with the same IP identification and numbers passed again within milliseconds.</summary>
    private static string? Copies(in Case @case)
    {
        var (copies, segments) = (@case.Clues.Copies, @case.Client.Segments + @case.Server.Segments);
        if (copies == 0 || copies * MinShareOfCopies < segments) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{copies} {(copies == 1 ? "packet was" : "packets were")} captured twice (first in frame"
                + $" {@case.Clues.FirstCopyFrame}): same IP identification"
            + $" and numbers. Nothing was sent again; the capture sees the traffic at two points, as a mirror of two ports does.");
    }

    /// <summary>Condition: the SYN carried data.</summary>
    private static string? FastOpen(in Case @case)
    {
        var opening = @case.Clues.Opening;
        if (opening.SynLength == 0 || opening.SynAcks == 0) return null;
        if (opening.LastSynFrame == opening.SynFrame)
        {
            return @case.Server.HasAcknowledged(unchecked(@case.Client.Iss + 1 + opening.SynLength))
                ? string.Create(CultureInfo.InvariantCulture,
                    $"TCP Fast Open: the SYN carried {opening.SynLength} bytes, and the server took them before the handshake was"
                        + $" complete.")
                : null;
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"TCP Fast Open: the SYN with {opening.SynLength} bytes (frame {opening.SynFrame}) was lost, the one without data (frame"
            + $" {opening.LastSynFrame}) passed"
            + $" {Case.Span(opening.LastSyn - (@case.Connection.FirstSyn?.Nanoseconds ?? opening.LastSyn))} later. If that is"
            + $" regular, a device on the path drops SYNs with data.");
    }

    /// <summary>Condition: the SYN-ACK echoes the timestamp of a later SYN.</summary>
    private static string? LostSyn(in Case @case)
    {
        var opening = @case.Clues.Opening;
        if (opening.ForeignAckFrame != 0 || @case.Connection.DiscoveryReset != 0) return null; // it arrived, at an old socket
        if (@case.Client.SynRetransmissions == 0 || opening.SynAcks == 0 || opening.SynTsVal == 0 || opening.LastTsEcr == 0) return null;
        if (@case.Connection.FirstSyn is not { } first || opening.LastSynTsVal == opening.SynTsVal) return null;
        var took = opening.SynAckTime - first.Nanoseconds;
        if (opening.LastTsEcr == opening.LastSynTsVal)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"The first SYN (frame {opening.SynFrame}) was lost on the way to the server: the SYN-ACK of frame"
                    + $" {opening.SynAckFrame} echoes the"
                + $" timestamp of the SYN of frame {opening.LastSynFrame}. The round trip was"
                + $" {Case.Span(opening.SynAckTime - opening.LastSyn)};"
                + $" connect took {Case.Span(took)}.");
        }

        return opening.LastTsEcr == opening.SynTsVal && opening.SynAckTime > opening.LastSyn
            ? string.Create(CultureInfo.InvariantCulture,
                $"The SYN-ACK of frame {opening.SynAckFrame} answers the first SYN (frame {opening.SynFrame}): it came late, or an"
                    + $" earlier one was"
                + $" lost. connect took {Case.Span(took)}.")
            : null;
    }

    /// <summary>Condition: a router said that a segment is too large, and its quote is not refuted.</summary>
    private static string? PathMtu(in Case @case)
    {
        if (@case.Connection.Icmp is not { LowestMtu: > 0 } icmp || icmp.Kept.FirstOrDefault(kept =>
            kept.Error.IsTooBig) is not { } report) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"A router ({report.Error.Sender.ToIPAddress()}) said in frame {report.Frame} that the path MTU is {icmp.LowestMtu} bytes"
            + $" ({report.Error}): the {report.Side.ToText()} cuts its segments smaller. Path MTU discovery at work.");
    }

    /// <summary>Condition: an RST whose number is not acceptable, or after which both ends go on.</summary>
    private static string? IdleReset(in Case @case)
    {
        ResetClue? first = null;
        var frames = new List<long>();
        foreach (var reset in @case.Clues.Resets)
        {
            if (@case.Clues.Opening.ForeignAckFrame != 0 && reset.Time < @case.Clues.Opening.SynAckTime) continue;
            if (!ResetRules.HasNoEffect(@case, reset)) continue;
            first ??= reset;
            frames.Add(reset.Frame);
        }

        if (first is null) return null;
        var ttl = first.HasOtherTtl
            ? string.Create(CultureInfo.InvariantCulture,
                $" Its TTL is {first.Ttl}, that of the {first.By.ToText()}'s other segments {first.UsualTtl}: it was forged.") : "";
        var why = first.Fit == ResetFit.Exact ? "both ends went on after it"
            : first.Fit == ResetFit.InWindow ? "its number is in the window but not the expected one (RFC 5961), and the connection went on"
            : "its number is outside the window, so its receiver ignored it";
        var many = frames.Count == 1 ? $"The RST of frame {frames[0]} in the {first.By.ToText()}'s name had no effect"
            : $"{frames.Count} RSTs in the {first.By.ToText()}'s name (frames {string.Join(", ", frames)}) had no effect";
        return string.Create(CultureInfo.InvariantCulture, $"{many}: {why}.{ttl}");
    }

    /// <summary>Condition: SYN-ACKs with different initial sequence numbers, or one that acknowledges another number.</summary>
    private static string? OtherSynAcks(in Case @case)
    {
        var opening = @case.Clues.Opening;
        if (@case.Connection.Established is null) return null;
        if (opening.WrongAckFrame != 0)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"The SYN-ACK of frame {opening.WrongAckFrame} acknowledges a number that the client did not send: the capture"
                    + $" sees both sides of a"
                + $" device that rewrites numbers, or the SYN-ACK answers an older SYN.");
        }

        return opening.HasOtherIsn
            ? "SYN-ACKs had different initial sequence numbers: each is a new attempt of the server, none is a repetition." : null;
    }

    /// <summary>Condition: the server's kernel did not report that an ACK opened its socket, and the diagnosis does not say so.</summary>
    private static string? DroppedAck(in Case @case, Cause cause)
    {
        var opening = @case.Clues.Opening;
        if (opening.DroppedAcks == 0 || cause is Cause.BacklogOverflow or Cause.ListenerClosed) return null;
        if (opening is { DroppedAcks: 1, SynAcks: <= 1 } && @case.Connection.Established is not null) return null; // TCP_DEFER_ACCEPT
        var many = opening.DroppedAcks == 1 ? $"The handshake's last ACK (event {opening.DroppedAckEvent})"
            : string.Create(CultureInfo.InvariantCulture, $"{opening.DroppedAcks} ACKs, the first in event {opening.DroppedAckEvent},");
        return $"{many} did not open the server's socket, as its kernel reports: the accept queue was full, or TCP_DEFER_ACCEPT waits for"
            + " data.";
    }
}
