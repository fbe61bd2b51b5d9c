using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

public class HandshakeTests
{
    [Fact]
    public void EachSegmentShowsTheSenderAfterAndTheReceiverBeforeIt()
    {
        var played = new Script().Listen().Open().Play();

        Assert.Equal(["client S SYN_SENT/LISTEN", "server S. SYN_SENT/SYN_RECV", "client . ESTABLISHED/SYN_RECV"], played.Segments);
        Assert.Equal(
            [
                "listener CLOSED→LISTEN inferred", "client CLOSED→SYN_SENT inferred", "server LISTEN→SYN_RECV inferred",
                "client SYN_SENT→ESTABLISHED inferred", "server SYN_RECV→ESTABLISHED inferred",
            ],
            played.Changes);
    }

    [Fact]
    public void WithoutAListenerInTheRecordingTheServersStateBeforeTheSynIsUnknown() =>
        Assert.Equal("client S SYN_SENT/?", new Script().Open().Play().Segments[0]);

    [Fact]
    public void ASynIsCausedByItsConnectAndEachAnswerByItsSegment()
    {
        var played = new Script().Listen().Call(Side.Client, "connect", 2, took: 4).Open().Play();

        Assert.Equal(
            [
                "4 client connect", "5 client CLOSED→SYN_SENT inferred <- 4", "6 client S SYN_SENT/LISTEN <- 4",
                "7 server LISTEN→SYN_RECV inferred <- 6", "8 server S. SYN_SENT/SYN_RECV <- 6",
                "9 client SYN_SENT→ESTABLISHED inferred <- 8", "10 client . ESTABLISHED/SYN_RECV <- 8",
                "11 server SYN_RECV→ESTABLISHED inferred <- 10",
            ],
            played.Lines[3..]);
    }

    [Fact]
    public void ARetransmittedSynIsCausedByThePreviousOne()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Wait(1000).Send(Side.Client, "S", seq: 100)
            .Wait(2000).Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300).Send(Side.Client, ".").Play();

        Assert.Single(played.Connections);
        Assert.Equal([false, true, true], Enumerable.Range(1, 3).Select(number => played.Segment(number).IsRetransmission));
        Assert.Equal([0, 2, 3, 4], Enumerable.Range(1, 4).Select(number => played.Segment(number).CausedBy));
        Assert.Equal("SYN retransmission 2, 2.001 s after the one before", played.Segment(3).Note);
        Assert.Equal(2, played.Connections[0].Client.Retransmissions);
        Assert.Equal([null, 1.001, 2.001], played.Syns.Select(syn => syn.Interval));
        Assert.Equal(["The SYN was retransmitted 2 times, after 1.001 s, 2.001 s; then it was answered."], played.Findings[1..]);
    }

    [Fact]
    public void ASynAckRetransmittedForALostAckKeepsBothStates()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300)
            .Wait(1000).Send(Side.Server, "S.", seq: 300).Send(Side.Client, ".").Play();

        Assert.Equal("server S. ESTABLISHED/SYN_RECV", played.Segments[2]);
        Assert.True(played.Segment(3).IsRetransmission);
        Assert.Equal(TcpState.Established, played.Connections[0].Server.FinalState);
        Assert.Contains(
            "The SYN-ACK was retransmitted once, after 1.001 s, by its timer; then the last ACK of the handshake arrived.", played.Findings);
    }

    [Fact]
    public void InASimultaneousOpenBothEndsGoThroughSynRecv()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S", seq: 300)
            .Send(Side.Client, "S.", seq: 100, ack: 301).Send(Side.Server, "S.", seq: 300, ack: 101).Send(Side.Client, "P.", 5, 101, 301)
            .Play();

        Assert.Equal(
            [
                "client S SYN_SENT/?", "server S SYN_SENT/SYN_SENT", "client S. SYN_RECV/SYN_SENT",

                // The client's SYN-ACK arrives before the server's own SYN-ACK passes.
                "server S. SYN_RECV/ESTABLISHED",
                "client P. ESTABLISHED/ESTABLISHED",
            ],
            played.Segments);
        Assert.Single(played.Connections);
    }

    [Fact]
    public void ASynAckWithoutItsSynShowsTheServer()
    {
        var played = new Script().Send(Side.Server, "S.", seq: 300, ack: 101).Send(Side.Client, ".", seq: 101).Play();

        Assert.Equal(["server S. SYN_SENT/SYN_RECV", "client . ESTABLISHED/SYN_RECV"], played.Segments);
        Assert.True(played.Connections[0].BeganEarlier);
        Assert.Equal(Script.ServerAddress, played.Connections[0].Server.Address);
        Assert.Equal(TcpState.Established, played.Connections[0].Client.FinalState);
        Assert.Equal(TcpState.Established, played.Connections[0].Server.FinalState);
    }

    [Fact]
    public void AConnectionFromBeforeTheCaptureIsEstablishedAndItsLowerPortIsTheServer()
    {
        var played = new Script().Send(Side.Server, "P.", 10, seq: 5000, ack: 900).Send(Side.Client, ".", seq: 900).Play();

        Assert.Equal(["server P. ESTABLISHED/ESTABLISHED", "client . ESTABLISHED/ESTABLISHED"], played.Segments);
        Assert.Equal(10, played.Connections[0].Server.Bytes);
        Assert.Empty(played.Changes);
    }

    [Fact]
    public void AFullAcceptQueueExplainsAnUnansweredSyn()
    {
        var played = new Script().Listen().SampleListener(null, TcpState.Listen, 6, 5).Wait(5)
            .Call(Side.Client, "connect", 2, took: null).Send(Side.Client, "S", seq: 100)
            .Wait(1000).Send(Side.Client, "S", seq: 100).Play();

        Assert.Equal("client S SYN_SENT/LISTEN", played.Segments[1]);
        Assert.Equal("the accept queue is full: 6 connections, limit 5", played.Segment(1).Note);
        Assert.Contains(
            "The SYN was retransmitted once, after 1.001 s; the listener's accept queue was full (6 connections, limit 5), so each SYN was dropped.",
            played.Findings);
        Assert.DoesNotContain(played.Findings, finding => finding.Contains("still in SYN_SENT", StringComparison.Ordinal));
        Assert.Equal(Cause.BacklogOverflow, Assert.Single(played.Connections).Diagnosis.Cause);
    }

    [Fact]
    public void AnAckForAFullAcceptQueueEstablishesNothing()
    {
        var played = new Script().Listen().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300)
            .Sample(Side.Server, null, TcpState.SynRecv, SocketKind.Request).Wait(200)
            .Sample(Side.Server, TcpState.SynRecv, TcpState.Closed, after: 1.5).Send(Side.Client, ".")
            .Send(Side.Server, "R", seq: 301).Play();

        Assert.Equal("server R ESTABLISHED/CLOSED", played.Segments[3]);
        Assert.DoesNotContain(played.Changes, change => change.Contains("SYN_RECV→ESTABLISHED", StringComparison.Ordinal));
        Assert.Equal(Cause.BacklogOverflow, Assert.Single(played.Connections).Diagnosis.Cause);
        Assert.Contains("accept queue was full", played.Findings.Single(finding => finding.Contains("refused", StringComparison.Ordinal)));
    }
}
