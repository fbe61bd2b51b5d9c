using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

public class CauseTests
{
    [Fact]
    public void SeveralSegmentsOfOneSendAreAllCausedByIt()
    {
        var played = Connected().Call(Side.Client, "send", 2, "3000 bytes", 3000)
            .Send(Side.Client, ".", 1448).Send(Side.Client, ".", 1448).Send(Side.Client, "P.", 104).Play();

        var send = played.Call("send").Number;
        Assert.Equal([send, send, send], Enumerable.Range(4, 3).Select(number => played.Segment(number).CausedBy));
    }

    [Fact]
    public void ASegmentWithBytesOfSeveralSendsIsCausedByTheLastOfThem()
    {
        var played = Connected().Call(Side.Client, "send", 2, result: 10).Call(Side.Client, "send", 2, result: 10)
            .Send(Side.Client, "P.", 20).Play();

        Assert.Equal(played.Events.Last(e => e.Call?.Name == "send").Number, played.Segment(4).CausedBy);
    }

    [Fact]
    public void ASegmentLargerThanTheWireCanCarryIsOneSegment()
    {
        var played = Connected().Call(Side.Client, "send", 2, result: 65000).Send(Side.Client, "P.", 65000).Send(Side.Server, ".").Play();

        Assert.Equal(played.Call("send").Number, played.Segment(4).CausedBy);
        Assert.Equal(65000, played.Connections[0].Client.Bytes);
        Assert.Equal(1, played.Connections[0].Client.Segments - 2);
    }

    [Fact]
    public void SegmentsOfALongSendAreCausedByIt()
    {
        var played = Connected().Call(Side.Client, "send", 2, result: 3000, took: 2000).Send(Side.Client, ".", 1448).Wait(2100)
            .Send(Side.Client, "P.", 1552).Play();

        Assert.Equal(played.Call("send").Number, played.Segment(4).CausedBy);
        Assert.Equal("send", played.Events[(int)played.Segment(5).CausedBy - 1].Call!.Name);
    }

    [Fact]
    public void ALateAckIsADelayedAck()
    {
        var played = Connected().Send(Side.Client, "P.", 10).Wait(39).Send(Side.Server, ".").Play();

        Assert.Equal((played.Segment(4).Number, "delayed ACK, 40.0 ms"), (played.Segment(5).CausedBy, played.Segment(5).Note));
    }

    [Fact]
    public void AWindowThatReadingOpensIsCausedByTheRecv()
    {
        var played = new Script().Listen().Open().Accept(3).Send(Side.Client, "P.", 1000).Send(Side.Server, ".", window: 0)
            .Wait(50).Call(Side.Server, "recv", 3, result: 1000).Send(Side.Server, ".", window: 512).Play();

        Assert.Equal((played.Call("recv").Number, "window update"), (played.Segment(6).CausedBy, played.Segment(6).Note));
    }

    [Fact]
    public void RetransmittedBytesAreCausedByTheOriginalSegment()
    {
        var played = Connected().Send(Side.Client, "P.", 10).Wait(200).Send(Side.Client, "P.", 10, seq: 101).Play();

        Assert.True(played.Segment(5).IsRetransmission);
        Assert.Equal(played.Segment(4).Number, played.Segment(5).CausedBy);
        Assert.Equal(10, played.Connections[0].Client.Bytes);
        Assert.Equal(1, played.Connections[0].Client.Retransmissions);
    }

    [Fact]
    public void AnOutOfOrderSegmentIsCausedByItsSendAndIsNoRetransmission()
    {
        var played = Connected().Call(Side.Client, "send", 2, result: 10).Call(Side.Client, "send", 2, result: 10)
            .Send(Side.Client, "P.", 10, seq: 111).Send(Side.Client, "P.", 10, seq: 101).Play();

        var (later, overtaken) = (played.Segment(4), played.Segment(5));
        Assert.Equal((SegmentMarks.LostSegment, SegmentMarks.OutOfOrder), (later.Marks, overtaken.Marks));
        Assert.False(overtaken.IsRetransmission);
        Assert.Equal(later.CausedBy - 1, overtaken.CausedBy);
        Assert.Equal("send", played.Events[(int)overtaken.CausedBy - 1].Call!.Name);
        Assert.Equal((20, 0), (played.Connections[0].Client.Bytes, played.Connections[0].Client.Retransmissions));
    }

    [Fact]
    public void AFastRetransmissionMarkedAsOutOfOrderIsARetransmission()
    {
        var played = Connected().Send(Side.Client, "P.", 10).Send(Side.Client, "P.", 10, seq: 111)
            .Send(Side.Client, "P.", 10, seq: 101).Play();

        Assert.Equal((SegmentMarks.OutOfOrder, true), (played.Segment(6).Marks, played.Segment(6).IsRetransmission));
        Assert.Equal(played.Segment(4).Number, played.Segment(6).CausedBy);
        Assert.Equal((20, 1), (played.Connections[0].Client.Bytes, played.Connections[0].Client.Retransmissions));
    }

    [Fact]
    public void ARetransmissionThatCarriesMoreThanTheOriginalCountsTheNewBytes()
    {
        var played = Connected().Send(Side.Client, "P.", 10).Wait(200).Send(Side.Client, "P.", 25, seq: 101).Wait(400)
            .Send(Side.Client, "P.", 15, seq: 111).Play();

        Assert.Equal((25, 2), (played.Connections[0].Client.Bytes, played.Connections[0].Client.Retransmissions));
        Assert.Equal(played.Segment(5).Number, played.Segment(6).CausedBy);
    }

    [Fact]
    public void ARetransmittedByteThatResemblesAKeepAliveIsARetransmission()
    {
        var played = Connected().Send(Side.Client, "P.", 1).Wait(200).Send(Side.Client, "P.", 1, seq: 101).Play();

        Assert.Equal((SegmentMarks.KeepAlive, true), (played.Segment(5).Marks, played.Segment(5).IsRetransmission));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AKeepAliveIsNoRetransmissionAndHasNoCause(int length)
    {
        var played = Connected().Send(Side.Client, "P.", 10).Send(Side.Server, ".").Wait(60000)
            .Send(Side.Client, ".", length, seq: 110).Send(Side.Server, ".", ack: 111).Play();

        Assert.False(played.Segment(6).IsRetransmission);
        Assert.Equal((0, "keep-alive"), (played.Segment(6).CausedBy, played.Segment(6).Note));
        Assert.Equal(played.Segment(6).Number, played.Segment(7).CausedBy);
        Assert.Equal(10, played.Connections[0].Client.Bytes);
    }

    [Fact]
    public void AZeroWindowProbeIsNamed()
    {
        var played = Connected().Send(Side.Client, "P.", 10).Send(Side.Server, ".", window: 0).Wait(200)
            .Send(Side.Client, ".", seq: 110).Play();

        Assert.Equal("zero-window probe", played.Segment(6).Note);
    }

    [Fact]
    public void BytesAfterAFilledGapAreCounted()
    {
        var played = Connected().Send(Side.Client, "P.", 10, seq: 111).Send(Side.Client, "P.", 10, seq: 101)
            .Send(Side.Server, ".", ack: 121)
            .Send(Side.Client, "P.", 10, seq: 121).Send(Side.Client, "R.", seq: 131).Play();

        Assert.Equal(TcpState.Closed, played.Connections[0].Server.FinalState);
    }

    private static Script Connected() => new Script().Call(Side.Client, "connect", 2, took: 4).Open();
}
