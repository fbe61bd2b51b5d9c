using TcpCapture.Correlation;
using TcpCapture.Tracking;

namespace TcpCapture.Export;

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
        (SegmentMarks.LostSegment, "lost_segment", "what came before was not captured"),
        (SegmentMarks.AcknowledgesUnseen, "ack_lost_segment", "acknowledges what was not captured"),
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
    public static string? Names(SegmentMarks marks) =>
        marks == SegmentMarks.None ? null : string.Join("; ", All.Where(one => (marks & one.Mark) != 0).Select(one => $"[{one.Name}]"));

    /// <summary>Those that matter to a reader, unless the note says it already; null if there is none.</summary>
    public static string? Short(in TimelineEvent e)
    {
        if (e.Marks == SegmentMarks.None) return null;
        string? text = null;
        foreach (var (mark, _, words) in All)
        {
            if ((e.Marks & mark) == 0 || words is null || e.Note?.Contains(words, StringComparison.Ordinal) == true) continue;
            text = text is null ? words : $"{text}; {words}";
        }

        return text;
    }
}
