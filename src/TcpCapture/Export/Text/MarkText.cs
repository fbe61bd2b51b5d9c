using TcpCapture.Model;

namespace TcpCapture.Export.Text;

/// <summary>A segment's marks in words.</summary>
internal static class MarkText
{
    /// <summary>What tshark calls each mark (<c>tcp.analysis.*</c>), and how it is said in few words where that says more than the line itself does.</summary>
    private static readonly (SegmentMarks Mark, string Name, string? Words)[] All =
    [
        (SegmentMarks.Retransmission, "retransmission", null), // said: "again"
        (SegmentMarks.FastRetransmission, "fast_retransmission", "fast retransmission"),
        (SegmentMarks.SpuriousRetransmission, "spurious_retransmission", "spurious: acknowledged before"),
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
        (SegmentMarks.PortReused, "reused_ports", "port used again"),
    ];

    /// <summary>Every mark by its name, in brackets: <c>[retransmission]; [fast_retransmission]</c>; null if there is none.</summary>
    public static string? Names(SegmentMarks marks)
    {
        if (marks == SegmentMarks.None) return null;
        string? text = null;
        foreach (var (mark, name, _) in All)
            if ((marks & mark) != 0) text = text is null ? $"[{name}]" : $"{text}; [{name}]";
        return text;
    }

    /// <summary>Every mark by its name: <c>retransmission fast_retransmission</c>.</summary>
    public static string Plain(SegmentMarks marks) =>
        string.Join(' ', All.Where(known => (marks & known.Mark) != 0).Select(known => known.Name));

    /// <summary>Those that matter to a reader, unless the note says it already; null if there is none.</summary>
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

    /// <summary>
    /// On a port used again Wireshark takes what the old connection's end still sends for the new one's, so that the handshake after
    /// it seems to be of yet another connection, and to have a hole.
    /// </summary>
    private static SegmentMarks Misleading(in TimelineEvent e)
    {
        if (e.Segment.Has(TcpFlags.Syn | TcpFlags.Ack)) return SegmentMarks.LostSegment | SegmentMarks.PortReused;
        return e.ServerState == TcpState.SynRecv ? SegmentMarks.AcknowledgesUnseen : SegmentMarks.None;
    }
}
