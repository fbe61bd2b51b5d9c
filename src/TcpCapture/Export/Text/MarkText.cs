using TcpCapture.Model;

namespace TcpCapture.Export.Text;

internal static class MarkText
{
    /// <summary>tshark's name of each mark (<c>tcp.analysis.*</c>), and short words if they add to what a ladder line shows.</summary>
    private static readonly (SegmentMarks Mark, string Name, string? Words)[] All =
    [
        (SegmentMarks.Retransmission, "retransmission", null), // the label has "retrans"
        (SegmentMarks.FastRetransmission, "fast_retransmission", "fast retransmission"),
        (SegmentMarks.SpuriousRetransmission, "spurious_retransmission", "spurious: already acknowledged"),
        (SegmentMarks.OutOfOrder, "out_of_order", "out of order"),
        (SegmentMarks.DuplicateAck, "duplicate_ack", "duplicate ACK"),
        (SegmentMarks.LostSegment, "lost_segment", "bytes before it not captured"),
        (SegmentMarks.AcknowledgesUnseen, "ack_lost_segment", "acknowledges bytes not captured"),
        (SegmentMarks.ZeroWindow, "zero_window", "zero window"),
        (SegmentMarks.ZeroWindowProbe, "zero_window_probe", "zero-window probe"),
        (SegmentMarks.ZeroWindowProbeAck, "zero_window_probe_ack", "answers the probe"),
        (SegmentMarks.WindowUpdate, "window_update", null),
        (SegmentMarks.WindowFull, "window_full", "fills the window"),
        (SegmentMarks.KeepAlive, "keep_alive", "keep-alive"),
        (SegmentMarks.KeepAliveAck, "keep_alive_ack", "answers the keep-alive"),
        (SegmentMarks.PortReused, "reused_ports", "port reused"),
    ];

    /// <summary>The names of all marks, in brackets: <c>[retransmission]; [fast_retransmission]</c>; null for none.</summary>
    public static string? Names(SegmentMarks marks)
    {
        if (marks == SegmentMarks.None) return null;
        string? text = null;
        foreach (var (mark, name, _) in All)
            if ((marks & mark) != 0) text = text is null ? $"[{name}]" : $"{text}; [{name}]";
        return text;
    }

    /// <summary>The names of all marks: <c>retransmission fast_retransmission</c>.</summary>
    public static string Plain(SegmentMarks marks) =>
        string.Join(' ', All.Where(known => (marks & known.Mark) != 0).Select(known => known.Name));

    /// <summary>The words of marks that the note does not already contain; null for none.</summary>
    public static string? Short(in TimelineEvent e)
    {
        var marks = e.Marks & ~Misleading(e);
        if (marks == SegmentMarks.None) return null;
        string? text = null;
        foreach (var (mark, _, words) in All)
        {
            if ((marks & mark) == 0 || words is null || e.Note?.Contains(words, StringComparison.Ordinal) == true) continue;
            text = text is null ? words : $"{text}; {words}";
        }

        return text;
    }

    /// <summary>Marks to hide.</summary>
    // When a port is reused, Wireshark assigns late segments of the old connection to the new one, so the new handshake seems to
    // reuse the port again and to miss segments.
    private static SegmentMarks Misleading(in TimelineEvent e)
    {
        if (e.Segment.Has(TcpFlags.Syn | TcpFlags.Ack)) return SegmentMarks.LostSegment | SegmentMarks.PortReused;
        return e.ServerState == TcpState.SynRecv ? SegmentMarks.AcknowledgesUnseen : SegmentMarks.None;
    }
}
