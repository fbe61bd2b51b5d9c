using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Diagnosis;

/// <summary>A connect that failed has an errno, with or without a segment; without one it is no connection.</summary>
public class CallRulesTests
{
    private const int HostUnreachable = 113;
    private const int TimedOut = 110;

    private static readonly Endpoint s_client = Endpoint.FromBytes([10, 0, 0, 1], 40000);

    [Theory]
    [InlineData("EHOSTUNREACH", 3060, Cause.Unanswered, ConnectionOutcome.Unanswered, "did not answer ARP")]
    [InlineData("EHOSTUNREACH", 0.1, Cause.Unanswered, ConnectionOutcome.Unanswered, "a route of this host")]
    [InlineData("ENETUNREACH", 0.1, Cause.Unanswered, ConnectionOutcome.Unanswered, "no route to the address")]
    [InlineData("ETIMEDOUT", 130_000, Cause.Unanswered, ConnectionOutcome.TimedOut, "an interface that was not captured")]
    [InlineData("ECONNREFUSED", 0.1, Cause.NoListener, ConnectionOutcome.Refused, "nobody listens")]
    [InlineData("EADDRNOTAVAIL", 0.1, Cause.Unknown, ConnectionOutcome.Unanswered, "No local port was free")]
    [InlineData("EADDRINUSE", 0.1, Cause.Unknown, ConnectionOutcome.Unanswered, "the same local address and port")]
    [InlineData("EACCES", 0.1, Cause.Unknown, ConnectionOutcome.Unanswered, "policy")]
    public void AConnectWithoutASegmentIsAnAttemptWithItsErrno(
        string error, double took, Cause cause, ConnectionOutcome outcome, string why)
    {
        var played = new Script().Call(Side.Client, "connect", 2, result: -1, error: error, took: took).Play();

        var connection = Assert.Single(played.Connections);
        Assert.Equal((true, cause, outcome), (connection.IsAttempt, connection.Diagnosis.Cause, connection.Diagnosis.Outcome));
        Assert.Contains($"failed with {error} (event", connection.Diagnosis.What, StringComparison.Ordinal);
        Assert.Contains(why, connection.Diagnosis.Why, StringComparison.Ordinal);
    }

    /// <summary>A nonblocking connect fails at the next call, or the kernel's report shows it.</summary>
    [Fact]
    public void AnonblockingConnectHasTheErrnoOfTheNextCall()
    {
        var played = Nonblocking().Wait(3000).Call(Side.Client, "send", 2, result: -1, error: "EHOSTUNREACH", local: s_client).Play();

        Assert.Contains("EHOSTUNREACH (event 3)", Assert.Single(played.Connections).Diagnosis.What, StringComparison.Ordinal);
    }

    [Fact]
    public void AConnectThatIsGivenUpBeforeItsSynSaysSo()
    {
        var played = Nonblocking().Wait(500).Call(Side.Client, "close", 2).Play();

        var diagnosis = Assert.Single(played.Connections).Diagnosis;
        Assert.Equal((Cause.Unanswered, Confidence.Possible), (diagnosis.Cause, diagnosis.Confidence));
        Assert.Contains("gave up its connect", diagnosis.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EINPROGRESS")]
    [InlineData("EINTR")]
    [InlineData("EAGAIN")]
    public void AConnectThatGoesOnIsNoFailure(string error)
    {
        var played = new Script().Call(Side.Client, "connect", 2, result: -1, error: error, local: s_client).Open().Play();

        var connection = Assert.Single(played.Connections);
        Assert.Equal((false, Cause.None), (connection.IsAttempt, connection.Diagnosis.Cause));
    }

    [Fact]
    public void AConnectThatSucceededIsNoAttempt() =>
        Assert.False(Assert.Single(new Script().Call(Side.Client, "connect", 2).Play().Connections).IsAttempt);

    [Fact]
    public void ARefusedConnectNamesTheErrnoOnce()
    {
        var played = new Script().Call(Side.Client, "connect", 2, result: -1, error: "ECONNREFUSED", took: 3, local: s_client)
            .Send(Side.Client, "S", seq: 100).Send(Side.Server, "R.", seq: 0).Play();

        var diagnosis = Assert.Single(played.Connections).Diagnosis;
        Assert.Equal((ConnectionOutcome.Refused, Cause.NoListener), (diagnosis.Outcome, diagnosis.Cause));
        Assert.Single(played.Findings, finding => finding.Contains("ECONNREFUSED", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)] // soft: the owner was in a call
    [InlineData(HostUnreachable)]
    public void AnErrorOfTheNetworkInSynSentIsAnIcmpErrorThatWasNotCaptured(int errno)
    {
        var played = Nonblocking().Send(Side.Client, "S", seq: 100).ReportError(Side.Client, errno, after: 0.3).Wait(1)
            .Call(Side.Client, "close", 2).Wait(500).Play();

        var diagnosis = Assert.Single(played.Connections).Diagnosis;
        Assert.Equal((Cause.IcmpReject, Confidence.Likely), (diagnosis.Cause, diagnosis.Confidence));
        Assert.Contains("300 µs after it", diagnosis.What, StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeoutOfAnUnansweredConnectIsNoIcmpError()
    {
        var played = Nonblocking().Send(Side.Client, "S", seq: 100).Wait(1000).Send(Side.Client, "S", seq: 100)
            .Wait(2000).ReportError(Side.Client, TimedOut).Wait(500).Play();

        var diagnosis = Assert.Single(played.Connections).Diagnosis;
        Assert.Equal(Cause.Unanswered, diagnosis.Cause);
        Assert.Contains("connect failed with ETIMEDOUT", diagnosis.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorAfterTheHandshakeIsNoRejection()
    {
        var played = Nonblocking().Open().Wait(10).ReportError(Side.Client, 0).Wait(500).Play();

        Assert.Equal(Cause.None, Assert.Single(played.Connections).Diagnosis.Cause);
    }

    [Fact]
    public void AConnectThatIsClosedBeforeAnAnswerSaysAfterWhatTime()
    {
        var played = Nonblocking().Send(Side.Client, "S", seq: 100).Wait(599).Call(Side.Client, "close", 2).Play();

        var diagnosis = Assert.Single(played.Connections).Diagnosis;
        Assert.Equal(Cause.Unanswered, diagnosis.Cause);
        Assert.Contains("gave up 600.0 ms after the first SYN (close, event", diagnosis.What, StringComparison.Ordinal);
    }

    [Fact]
    public void WhoHoldsThePortsIsCounted()
    {
        var script = new Script();
        for (ushort port = 40000; port < 40003; port++) script.From(port).Open();
        script.Holds(Side.Client, 812, "hoarder").From(40000).Send(Side.Client, "F.").Send(Side.Server, ".").Send(Side.Server, "F.")
            .Send(Side.Client, ".").Wait(10);

        var played = script.From(0).Call(Side.Client, "connect", 9, result: -1, error: "EADDRNOTAVAIL").Play();

        Assert.Contains("had 1 in TIME_WAIT (60 s on Linux) and 2 held open by hoarder[812] (1)",
            played.Connections.Single(connection => connection.IsAttempt).Diagnosis.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void TheKernelsErrorExplainsAChangeWithoutASegment()
    {
        var played = new Script().OpenTraced().Send(Side.Client, "P.", 4).Send(Side.Server, ".").Send(Side.Client, "P.", 4, seq: 105)
            .Wait(200).Send(Side.Client, "P.", 4, seq: 105).Wait(400).Send(Side.Client, "P.", 4, seq: 105).Wait(800)
            .Report(Side.Client, TcpState.Established, TcpState.Closed).ReportError(Side.Client, TimedOut, after: 0.03).Wait(500)
            .Send(Side.Server, ".").Play();

        var change = played.Change(Side.Client, TcpState.Closed);
        Assert.Equal("the retransmission timer gave up after 3 transmissions (ETIMEDOUT)", change.Note);
        Assert.Equal(played.Segment(8).Number, change.CausedBy);
    }

    [Fact]
    public void AnAckThatTheServersKernelDropsIsOneDiagnosisAndNoContradiction()
    {
        var script = new Script().ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05).Listen()
            .SampleListener(TcpState.Listen, TcpState.Listen, waiting: 6).Wait(10).Send(Side.Client, "S", seq: 100)
            .Send(Side.Server, "S.", seq: 300).Send(Side.Client, ".");
        for (var i = 0; i < 4; i++) script.Wait(300 << i).Send(Side.Client, "P.", 5, seq: 101);
        var played = script.Wait(2000).Play();

        Assert.Empty(played.Disagreements);
        var diagnosis = Assert.Single(played.Connections).Diagnosis;
        Assert.Equal(Cause.BacklogOverflow, diagnosis.Cause);
        Assert.Contains("did not take 5 ACKs", diagnosis.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(played.Findings, finding => finding.Contains("SYN_RECV: the handshake", StringComparison.Ordinal));
    }

    /// <summary>With TCP_DEFER_ACCEPT the first data opens the server's socket: nothing is unusual.</summary>
    [Fact]
    public void AServerThatWaitsForDataIsNotUnusual()
    {
        var played = new Script().ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05).Listen().Wait(10)
            .Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300).Send(Side.Client, ".").Wait(100)
            .Send(Side.Client, "P.", 5).Report(Side.Server, TcpState.Listen, TcpState.SynRecv, after: 0.006)
            .Report(Side.Server, TcpState.SynRecv, TcpState.Established, after: 0.007).Send(Side.Server, ".").Wait(2000).Play();

        Assert.Empty(played.Disagreements);
        var connection = Assert.Single(played.Connections);
        Assert.Equal((Cause.None, 0), (connection.Diagnosis.Cause, connection.Diagnosis.Remarks.Count));
        Assert.NotNull(connection.Established);
    }

    [Fact]
    public void TheFirstErrorOfTheNetworkCounts()
    {
        var played = Nonblocking().Send(Side.Client, "S", seq: 100).ReportError(Side.Client, 0, after: 0.3).Wait(1000)
            .Send(Side.Client, "S", seq: 100).ReportError(Side.Client, 0, after: 0.3).Wait(1500).Play();

        Assert.Contains("300 µs after it", Assert.Single(played.Connections).Diagnosis.What, StringComparison.Ordinal);
    }

    /// <summary>The neighbour does not answer ARP: no SYN leaves, and the host itself sends the ICMP error.</summary>
    [Fact]
    public void AnIcmpErrorAboutASynThatNeverLeftBelongsToItsConnect()
    {
        var played = new Script().Call(Side.Client, "connect", 2, result: -1, error: "EHOSTUNREACH", took: 3060).Wait(3050)
            .Icmp(Side.Client, 100, code: 1).Wait(500).Play();

        var connection = Assert.Single(played.Connections);
        Assert.Equal((true, Cause.IcmpReject, s_client), (connection.IsAttempt, connection.Diagnosis.Cause, connection.Client.Address));
        Assert.Contains("The connect was answered by an ICMP error", connection.Diagnosis.What, StringComparison.Ordinal);
        Assert.Contains("EHOSTUNREACH", connection.Diagnosis.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void ADropOfTheReceivingSocketIsCertainAndAnyOtherOnlyPerhaps()
    {
        var perhaps = new Script().ReportDrop("NETFILTER_DROP", after: 1.01).Send(Side.Client, "S", seq: 100).Wait(3000).Play();
        Assert.Contains("perhaps this SYN (NETFILTER_DROP)", Assert.Single(perhaps.Connections).Diagnosis.Why, StringComparison.Ordinal);

        var own = new Script().ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05, socket: 77).Listen().Wait(10)
            .ReportDrop("TCP_LISTEN_OVERFLOW", after: 1.01, socket: 77).Send(Side.Client, "S", seq: 100).Wait(3000).Play();
        var diagnosis = Assert.Single(own.Connections).Diagnosis;
        Assert.Equal((Cause.BacklogOverflow, Confidence.Certain), (diagnosis.Cause, diagnosis.Confidence));
    }

    /// <summary>Only a SYN, and what was sent again, is joined to a drop by its time.</summary>
    [Fact]
    public void ADropAtTheTimeOfDataThatArrivedIsNotItsOwn()
    {
        var played = new Script().Open().ReportDrop("NETFILTER_DROP", after: 1.01).Send(Side.Client, "P.", 5).Send(Side.Server, ".").Play();

        Assert.Null(played.Segment(4).Note);
    }

    private static Script Nonblocking() => new Script().Call(Side.Client, "connect", 2, result: -1, error: "EINPROGRESS", local: s_client);
}
