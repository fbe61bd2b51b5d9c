using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Diagnosis;

public class ResetTests
{
    [Fact]
    public void ASynWithoutAListenerIsRefused()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "R.", seq: 0, ack: 101).Play();

        Assert.Equal(Cause.NoListener, played.Connections[0].Diagnosis.Cause);
        Assert.Equal(TcpState.Closed, played.Connections[0].Client.FinalState);
        Assert.Equal(ConnState.REJ, played.Connections[0].ConnState);
        Assert.Equal(
            "An RST (frame 2) refused the SYN to 10.0.0.2:80 (frame 1): most likely nobody listens on the port. A firewall that rejects with an RST looks the same. ss -ltn on the server: does anything listen?", Assert.Single(played.Findings));
    }

    [Theory]
    [InlineData("R.", 102u)]
    [InlineData("R", 0u)]
    public void InSynSentAnRstThatDoesNotAcknowledgeTheSynIsIgnored(string flags, uint ack)
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, flags, seq: 0, ack: ack)
            .Send(Side.Server, "S.", seq: 300, ack: 101).Play();

        Assert.Equal("server S. SYN_SENT/SYN_RECV", played.Segments[2]);
    }

    /// <summary>RFC 5961 section 3.2: only the next sequence number resets; another one within the window is challenged.</summary>
    [Theory]
    [InlineData(101u, TcpState.Closed)]
    [InlineData(102u, TcpState.Established)]
    [InlineData(100u, TcpState.Established)]
    public void OnlyTheExactSequenceNumberResets(uint seq, TcpState expected)
    {
        var played = new Script().Open().Send(Side.Client, "R.", seq: seq).Send(Side.Server, ".").Play();

        Assert.Equal(expected, played.Segment(5).ServerState);
    }

    [Fact]
    public void ClosingWithDataUnreadResets()
    {
        var played = new Script().Listen().Open().Accept(3).Send(Side.Client, "P.", 10).Send(Side.Server, ".")
            .Call(Side.Server, "recv", 3, result: 4).Call(Side.Server, "close", 3).Send(Side.Server, "R.").Play();

        var diagnosis = played.Connections[0].Diagnosis;
        Assert.Equal((Cause.UnreadData, Confidence.Certain), (diagnosis.Cause, diagnosis.Confidence));
        Assert.Contains("closed with 6 bytes unread", diagnosis.What);
        Assert.Equal(played.Call("close").Number, played.Segment(6).CausedBy);
        Assert.Equal("server R. ESTABLISHED/CLOSED", played.Segments[5]);
    }

    [Fact]
    public void AResetAfterAllDataWasReadIsNotUnreadData()
    {
        var played = new Script().Listen().Open().Accept(3).Send(Side.Client, "P.", 10).Send(Side.Server, ".")
            .Call(Side.Server, "recv", 3, result: 10).Call(Side.Server, "close", 3).Send(Side.Server, "R.").Play();

        Assert.Equal(Cause.Abort, played.Connections[0].Diagnosis.Cause);
        Assert.DoesNotContain("unread,", played.Connections[0].Diagnosis.Why);
    }

    [Fact]
    public void LingerZeroResets()
    {
        var played = new Script().Call(Side.Client, "connect", 2).Open()
            .Call(Side.Client, "setsockopt", 2, "SOL_SOCKET, SO_LINGER, {on, 0 s}").Call(Side.Client, "close", 2)
            .Send(Side.Client, "R.").Play();

        Assert.Equal(Cause.LingerZero, played.Connections[0].Diagnosis.Cause);
        Assert.Equal(played.Call("close").Number, played.Change(Side.Client, TcpState.Closed).CausedBy);
        Assert.Equal(TcpState.Closed, played.Connections[0].Server.FinalState);
        Assert.Equal(ConnState.RSTO, played.Connections[0].ConnState);
    }

    [Fact]
    public void AKillWithDataUnreadIsBlamedOnTheProcessExit()
    {
        var played = new Script().Call(Side.Client, "connect", 2).Open().Send(Side.Server, "P.", 7).Send(Side.Client, ".")
            .Call(Side.Client, "kill", 2, "4711, SIGKILL").Send(Side.Client, "R.").Play();

        var diagnosis = played.Connections[0].Diagnosis;
        Assert.Equal((Cause.ProcessExit, Confidence.Certain), (diagnosis.Cause, diagnosis.Confidence));
        Assert.Contains("was killed with 7 bytes unread", diagnosis.What);
    }

    [Fact]
    public void AKillWithNothingUnreadIsAFin()
    {
        var played = new Script().Call(Side.Client, "connect", 2).Open().Call(Side.Client, "kill", 2, "4711, SIGKILL")
            .Send(Side.Client, "F.").Play();

        Assert.Equal(played.Call("kill").Number, played.Segment(4).CausedBy);
        Assert.Contains("The client's process was killed: the kernel closed its socket with a FIN.", played.Findings);
    }

    [Fact]
    public void ClosingTheListenerResetsOnlyQueuedConnections()
    {
        var played = new Script().Listen().Open().Accept(3).From(40001).Open().Call(Side.Server, "close", 1)
            .Send(Side.Server, "R.").From(40000).Send(Side.Client, "P.", 5).Play();

        var diagnosis = played.Connections.Single(connection => connection.Client.Address.Port == 40001).Diagnosis;
        Assert.Equal((Cause.ListenerClosed, Confidence.Certain), (diagnosis.Cause, diagnosis.Confidence));
        Assert.Contains($"event {played.Call("close").Number}", diagnosis.What);
        Assert.Equal("client P. ESTABLISHED/ESTABLISHED", played.Segments[^1]);
        Assert.Contains("listener LISTEN→CLOSED inferred", played.Changes);
    }

    [Fact]
    public void DataForAClosedSocketIsAnsweredWithAnRst()
    {
        var played = new Script().Listen().Open().Accept(3).Call(Side.Server, "close", 3).Send(Side.Server, "F.").Send(Side.Client, ".")
            .Send(Side.Client, "P.", 10).Send(Side.Server, "R").Play();

        Assert.Equal(Cause.DataAfterClose, played.Connections[0].Diagnosis.Cause);
        Assert.Equal(played.Segment(6).Number, played.Segment(7).CausedBy);
        Assert.Equal("server R CLOSE_WAIT/CLOSED", played.Segments[6]);
        Assert.Equal(TcpState.Closed, played.Connections[0].Client.FinalState);
    }

    [Fact]
    public void AChallengeAckShowsAHalfOpenConnection()
    {
        var played = new Script().Listen().Call(Side.Client, "connect", 2).Open().Accept(3).Send(Side.Client, "P.", 5)
            .Send(Side.Server, ".")
            .Call(Side.Client, "setsockopt", 2, "IPPROTO_TCP, TCP_REPAIR, 1").Call(Side.Client, "close", 2)
            .Call(Side.Client, "connect", 4, took: 30).Send(Side.Client, "S", seq: 70000).Send(Side.Server, ".", seq: 301, ack: 106)
            .Send(Side.Client, "R", seq: 106).Send(Side.Client, "S", seq: 70000).Send(Side.Server, "S.", seq: 900, ack: 70001)
            .Send(Side.Client, ".", seq: 70001, ack: 901).Play();

        Assert.Equal(
            [
                "client S SYN_SENT/ESTABLISHED", "server . SYN_SENT/ESTABLISHED", "client R SYN_SENT/ESTABLISHED", "client S SYN_SENT/LISTEN",
                "server S. SYN_SENT/SYN_RECV", "client . ESTABLISHED/SYN_RECV",
            ],
            played.Segments[5..]);
        Assert.Equal([2, 1, 1, 2, 2, 2], Enumerable.Range(6, 6).Select(number => played.Segment(number).Connection!.Number));
        Assert.Equal(Cause.HalfOpen, played.Connections.Single(connection => connection.Number == 1).Diagnosis.Cause);
        Assert.Equal(TcpState.Established, played.Connections.Single(connection => connection.Number == 2).Server.FinalState);
    }
}
