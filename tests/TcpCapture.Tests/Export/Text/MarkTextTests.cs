using TcpCapture.Export.Text;
using TcpCapture.Model;
using TcpCapture.Tests.PeerTools.Wireshark;

namespace TcpCapture.Tests.Export.Text;

public sealed class MarkTextTests
{
    [Fact]
    public void EveryMarkHasTheNameInTshark() => Assert.Equal(
        TsharkMarks.Names.Select(name => $"[{name}]"), Enum.GetValues<SegmentMarks>().Where(mark => mark != SegmentMarks.None).Select(MarkText.Names));

    [Fact]
    public void MarksPrecedeTheNote() => Assert.Equal(
        "[retransmission]; [fast_retransmission]; retransmission of event 5",
        NoteText.Whole(new TimelineEvent { Marks = SegmentMarks.Retransmission | SegmentMarks.FastRetransmission, Note = "retransmission of event 5" }));

    [Fact]
    public void NoteWithoutMarksIsUnchanged() => Assert.Equal("a note", NoteText.Whole(new TimelineEvent { Note = "a note" }));

    [Theory]
    [InlineData(SegmentMarks.WindowUpdate, null, null)]
    [InlineData(SegmentMarks.Retransmission, null, null)]
    [InlineData(SegmentMarks.Retransmission | SegmentMarks.FastRetransmission, null, "fast retransmission")]
    [InlineData(SegmentMarks.KeepAlive, "keep-alive", null)]
    [InlineData(SegmentMarks.KeepAlive, null, "keep-alive")]
    [InlineData(SegmentMarks.LostSegment | SegmentMarks.ZeroWindow, null, "bytes before it not captured; zero window")]
    public void ShortTextOmitsWhatTheLineShows(SegmentMarks marks, string? note, string? expected) =>
        Assert.Equal(expected, MarkText.Short(new TimelineEvent { Marks = marks, Note = note }));

    [Fact]
    public void HandshakeOnAReusedPortMissesNoSegments()
    {
        var synAck = new TimelineEvent { Marks = SegmentMarks.LostSegment | SegmentMarks.PortReused, Segment = new Segment { Flags = TcpFlags.Syn | TcpFlags.Ack } };
        Assert.Null(MarkText.Short(synAck));
        Assert.Null(MarkText.Short(new TimelineEvent { Marks = SegmentMarks.AcknowledgesUnseen, ServerState = TcpState.SynRecv }));
    }
}
