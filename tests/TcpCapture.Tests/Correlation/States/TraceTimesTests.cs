using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

public class TraceTimesTests
{
    [Fact]
    public void ATracedChangeHasTheKernelsOwnTimeAndNoOther()
    {
        var played = new Script().OpenTraced().Play();

        Assert.Equal(
            [
                "client CLOSED→SYN_SENT traced", "server LISTEN→SYN_RECV inferred", "client SYN_SENT→ESTABLISHED traced",
                "server SYN_RECV→ESTABLISHED traced",
            ],
            played.Changes);
        Assert.Equal("0.99", Exactly(played, Side.Client, TcpState.SynSent));
        Assert.Equal("2.005", Exactly(played, Side.Client, TcpState.Established));
        Assert.Equal("3.007", Exactly(played, Side.Server, TcpState.Established));
        Assert.Empty(played.Disagreements);
    }

    /// <summary>A thread is preempted within its call, for any time, before the kernel acts.</summary>
    [Theory]
    [InlineData(45)]
    [InlineData(3)]
    public void AChangeAnywhereInACallIsCausedByTheCall(double after)
    {
        var played = new Script()
            .ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05).Listen().Wait(50)
            .ReportListener(TcpState.Listen, TcpState.Closed, after: 1 + after).Call(Side.Server, "close", 1, took: 50).Play();

        Assert.Equal(["listener CLOSED→LISTEN traced", "listener LISTEN→CLOSED traced"], played.Changes);
    }

    /// <summary>An unanswered SYN: no second kernel event supplies the port.</summary>
    [Fact]
    public void AConnectWithoutAReportedPortIsMatchedByThePeersAddress()
    {
        var played = new Script().Report(Side.Client, TcpState.Closed, TcpState.SynSent, after: 0.9, portless: true)
            .Send(Side.Client, "S", seq: 100).Wait(1000).Send(Side.Client, "S", seq: 100).Play();

        Assert.Equal("0.9", Exactly(played, Side.Client, TcpState.SynSent));
    }

    [Fact]
    public void OfTwoConnectsWithoutAPortTheEarlierMatchesTheFirstSyn()
    {
        var played = new Script()
            .Report(Side.Client, TcpState.Closed, TcpState.SynSent, after: 0.9, socket: 7, portless: true).Send(Side.Client, "S", seq: 100)
            .From(40001)
            .Report(Side.Client, TcpState.Closed, TcpState.SynSent, after: 0.9, socket: 8, portless: true)
            .Send(Side.Client, "S", seq: 200).Play();

        Assert.Equal(["0.9", "1.9"], played.Events.Where(e => e.Kind == EventKind.State).Select(e => Script.Milliseconds(e.Time)));
    }

    /// <summary>The connect found no free port: the kernel reports SYN_SENT and CLOSED without a port, and sends nothing.</summary>
    [Fact]
    public void AConnectThatGotNoPortDoesNotMatchTheNextSyn()
    {
        var played = new Script()
            .Report(Side.Client, TcpState.Closed, TcpState.SynSent, after: 0.1, socket: 7, portless: true)
            .Report(Side.Client, TcpState.SynSent, TcpState.Closed, after: 0.2, socket: 7, portless: true)
            .Send(Side.Client, "S", seq: 100).Play();

        Assert.Equal("client CLOSED→SYN_SENT inferred", Assert.Single(played.Changes));
    }

    /// <summary>The kernel reports LISTEN → SYN_RECV only when the handshake ends; the state began with the SYN-ACK.</summary>
    [Fact]
    public void SynRecvBeginsWithTheSynAckAndNotWithItsKernelEvent()
    {
        var change = new Script().OpenTraced().Play().Change(Side.Server, TcpState.SynRecv);

        Assert.Equal((Evidence.Inferred, "2"), (change.Evidence, Script.Milliseconds(change.Time)));
    }

    [Fact]
    public void FinWait2InAMiniSocketIsNotClosed()
    {
        var played = new Script().OpenTraced().Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.9)
            .Send(Side.Client, "F.")
            .Report(Side.Server, TcpState.Established, TcpState.CloseWait, after: 0.01)
            .Send(Side.Server, ".").Report(Side.Client, TcpState.FinWait1, TcpState.FinWait2, after: 0.01)
            .Report(Side.Client, TcpState.FinWait2, TcpState.Closed, after: 0.02)
            .Wait(100).Report(Side.Server, TcpState.CloseWait, TcpState.LastAck, after: 0.9).Send(Side.Server, "F.").Send(Side.Client, ".")
            .Report(Side.Server, TcpState.LastAck, TcpState.Closed, after: 0.01).Play();

        Assert.Equal(
            [
                "client ESTABLISHED→FIN_WAIT_1 traced", "server ESTABLISHED→CLOSE_WAIT traced", "client FIN_WAIT_1→FIN_WAIT_2 traced",
                "server CLOSE_WAIT→LAST_ACK traced", "client FIN_WAIT_2→TIME_WAIT inferred", "server LAST_ACK→CLOSED traced",
            ],
            played.Changes[4..]);
        Assert.Equal("4.01", Exactly(played, Side.Server, TcpState.CloseWait));
        Assert.Empty(played.Disagreements);
    }

    /// <summary>
    /// A full socket that exists until the FIN becomes TIME_WAIT then: the kernel event of its end has that time.
    /// </summary>
    [Fact]
    public void TimeWaitIsTracedIfTheFullSocketEndsAtTheFin()
    {
        var played = new Script().OpenTraced().Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.9)
            .Send(Side.Client, "F.")
            .Report(Side.Server, TcpState.Established, TcpState.CloseWait, after: 0.01)
            .Send(Side.Server, ".").Report(Side.Client, TcpState.FinWait1, TcpState.FinWait2, after: 0.01)
            .Report(Side.Server, TcpState.CloseWait, TcpState.LastAck, after: 0.9).Send(Side.Server, "F.")
            .Report(Side.Client, TcpState.FinWait2, TcpState.Closed, after: 0.03).Send(Side.Client, ".").Play();

        Assert.Equal("6.03", Exactly(played, Side.Client, TcpState.TimeWait));
        Assert.DoesNotContain(played.Changes, change => change.StartsWith("client FIN_WAIT_2→CLOSED", StringComparison.Ordinal));
    }

    [Fact]
    public void ChangesOfAListenerAreTraced()
    {
        var played = new Script().ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05).Listen()
            .ReportListener(TcpState.Listen, TcpState.Closed, after: 1.05).Call(Side.Server, "close", 1).Play();

        Assert.Equal(["listener CLOSED→LISTEN traced", "listener LISTEN→CLOSED traced"], played.Changes);
        Assert.All(played.Events.Where(e => e.Kind == EventKind.State), e => Assert.NotEqual(0, e.CausedBy));
    }

    private static string Exactly(Played played, Side side, TcpState to)
    {
        var change = played.Change(side, to);
        Assert.Equal(Evidence.Traced, change.Evidence);
        Assert.Equal((change.Time, change.Time), (change.NotBefore, change.NotAfter));
        return Script.Milliseconds(change.Time);
    }
}
