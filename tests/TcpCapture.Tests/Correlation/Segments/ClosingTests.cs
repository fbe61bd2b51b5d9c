using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

public class ClosingTests
{
    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public void AnOrderlyCloseGoesThroughTheStatesOfTheRfc(Side first)
    {
        var second = first.Peer();
        var played = new Script().Open().Send(first, "F.").Send(second, ".").Send(second, "F.").Send(first, ".").Play();

        Assert.Equal(
            [
                Segment(first, "F.", "FIN_WAIT_1", "ESTABLISHED"), Segment(second, ".", "CLOSE_WAIT", "FIN_WAIT_1"),
                Segment(second, "F.", "LAST_ACK", "FIN_WAIT_2"), Segment(first, ".", "TIME_WAIT", "LAST_ACK"),
            ],
            played.Segments[3..]);
        Assert.Equal(TcpState.TimeWait, played.Connections[0][first].FinalState);
        Assert.Equal(TcpState.Closed, played.Connections[0][second].FinalState);
        Assert.Equal(first.ToText(), played.Connections[0].ClosedBy.ToText());
        Assert.Equal(ConnState.SF, played.Connections[0].ConnState);
        Assert.Contains($"The {first.ToText()} closed first, then the {second.ToText()}.", played.Findings);
    }

    [Fact]
    public void AFinThatAcknowledgesTheOtherClosesInThreeSegments()
    {
        var played = new Script().Open().Send(Side.Server, "F.").Send(Side.Client, "F.").Send(Side.Server, ".").Play();

        Assert.Equal(
            ["server F. ESTABLISHED/FIN_WAIT_1", "client F. LAST_ACK/FIN_WAIT_1", "server . LAST_ACK/TIME_WAIT"], played.Segments[3..]);
        Assert.Equal(
            ["server FIN_WAIT_1→FIN_WAIT_2 inferred", "server FIN_WAIT_2→TIME_WAIT inferred", "client LAST_ACK→CLOSED inferred"],
            played.Changes[^3..]);
    }

    [Fact]
    public void FinsThatCrossLeadThroughClosing()
    {
        var played = new Script().Open().Send(Side.Client, "F.", seq: 101, ack: 301).Send(Side.Server, "F.", seq: 301, ack: 101)
            .Send(Side.Client, ".", seq: 102, ack: 302).Send(Side.Server, ".", seq: 302, ack: 102).Play();

        Assert.Equal(
            [
                "client F. FIN_WAIT_1/ESTABLISHED", "server F. FIN_WAIT_1/FIN_WAIT_1", "client . CLOSING/FIN_WAIT_1",
                "server . CLOSING/CLOSING",
            ],
            played.Segments[3..]);
        Assert.Equal("the FINs crossed", played.Segment(5).Note);
        Assert.Equal(TcpState.TimeWait, played.Connections[0].Client.FinalState);
        Assert.Equal(TcpState.TimeWait, played.Connections[0].Server.FinalState);
        Assert.Equal(ClosedBy.Both, played.Connections[0].ClosedBy);
        Assert.Contains(played.Findings, f => f.StartsWith("Both ends closed: their FINs crossed", StringComparison.Ordinal));
    }

    [Fact]
    public void ARetransmittedFinChangesNothing()
    {
        var played = new Script().Open().Send(Side.Client, "F.", seq: 101).Wait(200).Send(Side.Client, "F.", seq: 101)
            .Send(Side.Server, ".", ack: 102).Play();

        Assert.True(played.Segment(5).IsRetransmission);
        Assert.Equal("client F. FIN_WAIT_1/CLOSE_WAIT", played.Segments[4]);
        Assert.Equal(TcpState.FinWait2, played.Connections[0].Client.FinalState);
        Assert.Equal(TcpState.CloseWait, played.Connections[0].Server.FinalState);
        Assert.Equal(1, played.Connections[0].Client.Retransmissions);
    }

    [Fact]
    public void AFinWithDataCountsTheDataAndActsAfterIt()
    {
        var played = new Script().Open().Send(Side.Client, "FP.", 10).Send(Side.Server, ".", ack: 112).Play();

        Assert.Equal(10, played.Connections[0].Client.Bytes);
        Assert.Equal(TcpState.FinWait2, played.Connections[0].Client.FinalState);
        Assert.Equal(TcpState.CloseWait, played.Connections[0].Server.FinalState);
    }

    [Fact]
    public void AnAckOfTheDataButNotTheFinLeavesFinWait1()
    {
        var played = new Script().Open().Send(Side.Client, "FP.", 10).Send(Side.Server, ".", ack: 111).Play();

        Assert.Equal(TcpState.FinWait1, played.Connections[0].Client.FinalState);
    }

    [Fact]
    public void AFinBehindAGapIsNotActedOnUntilTheGapIsFilled()
    {
        var played = new Script().Open().Send(Side.Client, "F.", seq: 111).Send(Side.Server, ".", ack: 101)
            .Send(Side.Client, "P.", 10, seq: 101).Send(Side.Server, ".", ack: 112).Send(Side.Server, "P.", 1).Play();

        Assert.Equal("server . FIN_WAIT_1/ESTABLISHED", played.Segments[4]);
        Assert.Equal("client P. FIN_WAIT_1/ESTABLISHED", played.Segments[5]);
        Assert.Equal("server . FIN_WAIT_1/CLOSE_WAIT", played.Segments[6]);
        Assert.Equal("server P. FIN_WAIT_2/CLOSE_WAIT", played.Segments[7]);
    }

    [Fact]
    public void AFinRetransmittedAfterAFilledGapActsOnce()
    {
        var played = new Script().Open().Send(Side.Client, "F.", seq: 111).Send(Side.Client, "P.", 10, seq: 101)
            .Send(Side.Client, "F.", seq: 111).Send(Side.Server, ".", ack: 112).Play();

        Assert.Single(played.Changes, change => change.Contains("CLOSE_WAIT", StringComparison.Ordinal));
        Assert.Equal("server . FIN_WAIT_1/CLOSE_WAIT", played.Segments[6]);
    }

    [Fact]
    public void DataStillFlowsToTheEndThatHalfClosed()
    {
        var played = new Script().Open().Call(Side.Client, "shutdown", 2, "SHUT_WR").Send(Side.Client, "F.").Send(Side.Server, ".")
            .Send(Side.Server, "P.", 10).Send(Side.Client, ".").Send(Side.Server, "F.").Send(Side.Client, ".").Play();

        Assert.Equal("server P. FIN_WAIT_2/CLOSE_WAIT", played.Segments[5]);
        Assert.Equal("server F. FIN_WAIT_2/LAST_ACK", played.Segments[7]);
        Assert.Equal(TcpState.TimeWait, played.Connections[0].Client.FinalState);
    }

    [Fact]
    public void AFinInSynRecvIsAcceptedWithItsAck()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300).Send(Side.Client, "F.")
            .Send(Side.Server, ".").Play();

        Assert.Equal("client F. FIN_WAIT_1/SYN_RECV", played.Segments[2]);
        Assert.Equal("server . FIN_WAIT_1/CLOSE_WAIT", played.Segments[3]);
    }

    private static string Segment(Side sender, string flags, string senderState, string receiverState) => sender == Side.Client
        ? $"client {flags} {senderState}/{receiverState}"
        : $"server {flags} {receiverState}/{senderState}";
}
