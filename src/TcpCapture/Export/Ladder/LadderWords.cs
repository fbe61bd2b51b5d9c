using System.Globalization;
using TcpCapture.Export.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

internal static class LadderWords
{
    /// <summary>A call with its result: <c>send(25 bytes) = 25</c>. No line is cut between the equals sign and the result.</summary>
    public static string Call(in TimelineEvent e)
    {
        var result = EventText.Result(e);
        return PlainText.Of(EventText.Call(e) + (result.Length > 0 ? $" ={LadderRow.NoBreak}{result}" : $"{LadderRow.NoBreak}…"));
    }

    /// <summary>An event as the cause of another: <c>← 34 close()</c>, <c>← 12 FIN</c>.</summary>
    public static string Cause(in TimelineEvent e) => string.Create(CultureInfo.InvariantCulture, $"← {e.Number} {Name(e)}").TrimEnd();

    /// <summary>The symbol for the evidence of a state.</summary>
    public static char Mark(Evidence evidence) => evidence switch
    {
        Evidence.Inferred => '○',
        Evidence.Sampled => '◐',
        _ => '●',
    };

    /// <summary>The label of a segment's arrow: as much as fits.</summary>
    public static string Label(in TimelineEvent e, int room, bool withNumbers)
    {
        var segment = e.Segment;
        var flags = segment.Flags.ToTcpdump();
        var length = segment.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $" {segment.Length}") : "";
        var bytes = length.Length > 0 ? " bytes" : "";
        var retrans = e.IsRetransmission ? " retrans" : "";
        var numbers = withNumbers ? Numbers(e) : "";
        var full = flags + length + bytes + retrans;
        foreach (var label in (ReadOnlySpan<string>)[full + numbers, full, flags + length + retrans])
            if (label.Length <= room) return label;
        return flags[..Math.Min(flags.Length, room)];
    }

    /// <summary>The maximum distance of a sampled change from the time shown, rounded up: <c>±43ms</c>.</summary>
    // Empty if the change is not bounded on both sides or not sampled.
    public static string Uncertainty(in TimelineEvent change, Timestamp shown)
    {
        if (change is not { Evidence: Evidence.Sampled, NotBefore: { } first, NotAfter: { } last }) return "";
        var distance = Math.Max(Math.Abs(shown - first), Math.Abs(last - shown));
        return distance switch
        {
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"±{Math.Ceiling(distance / 1e3):0}µs"),
            < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"±{Math.Ceiling(distance / 1e5) / 10:0.0}ms"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"±{Math.Ceiling(distance / 1e6):0}ms"),
            _ => string.Create(CultureInfo.InvariantCulture, $"±{Math.Ceiling(distance / 1e8) / 10:0.0}s"),
        };
    }

    private static string Name(in TimelineEvent e) => e switch
    {
        { Kind: EventKind.Call, Call: { } call } => PlainText.Of(call.Name) + "()",
        { Kind: EventKind.Segment, IsReadable: true } => Name(e.Segment),
        { Kind: EventKind.State } => e.NewState.ToRfcName(),
        { Kind: EventKind.Icmp } => "ICMP",
        _ => "",
    };

    private static string Name(in Segment segment)
    {
        if (segment.Has(TcpFlags.Rst)) return "RST";
        if (segment.Has(TcpFlags.Syn)) return segment.Has(TcpFlags.Ack) ? "SYN-ACK" : "SYN";
        if (segment.Has(TcpFlags.Fin)) return "FIN";
        return segment.Length > 0 ? "data" : "ACK";
    }

    /// <summary>Relative sequence and acknowledgement numbers, as Wireshark and tcpdump show them.</summary>
    private static string Numbers(in TimelineEvent e)
    {
        if (e.Connection is not { } connection || e.Side is not { } side) return "";
        var (own, peer) = (connection[side], connection[side.Peer()]);
        var text = "";
        if (own.IssKnown)
        {
            var seq = unchecked(e.Segment.Seq - own.Iss);
            text = e.Segment.Length == 0
                ? string.Create(CultureInfo.InvariantCulture, $"  seq {seq}")
                : string.Create(CultureInfo.InvariantCulture, $"  seq {seq}:{unchecked(seq + (uint)e.Segment.Length)}");
        }

        if (e.Segment.Has(TcpFlags.Ack) && peer.IssKnown)
            text += string.Create(CultureInfo.InvariantCulture, $"  ack {unchecked(e.Segment.Ack - peer.Iss)}");
        return text;
    }
}
