using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>The kernel's reason for an RST compared with segments and calls.</summary>
public class TraceResetTests
{
    /// <summary>Every reason that decides alone, for an RST that nothing else explains.</summary>
    [Theory]
    [InlineData("NO_SOCKET", ResetCause.NoListener)]
    [InlineData("TCP_INVALID_ACK_SEQUENCE", ResetCause.HalfOpen)]
    [InlineData("TCP_RFC7323_PAWS", ResetCause.OutOfWindow)]
    [InlineData("TCP_TOO_OLD_ACK", ResetCause.OutOfWindow)]
    [InlineData("TCP_ACK_UNSENT_DATA", ResetCause.OutOfWindow)]
    [InlineData("TCP_OLD_ACK", ResetCause.OutOfWindow)]
    [InlineData("TCP_ABORT_ON_DATA", ResetCause.DataAfterClose)]
    [InlineData("TCP_TIMEWAIT_SOCKET", ResetCause.DataAfterClose)]
    [InlineData("TCP_ABORT_ON_CLOSE", ResetCause.UnreadData)]
    [InlineData("TCP_ABORT_ON_LINGER", ResetCause.LingerZero)]
    [InlineData("TCP_ABORT_ON_MEMORY", ResetCause.Memory)]
    [InlineData("TCP_KEEPALIVE_TIMEOUT", ResetCause.KeepaliveTimeout)]
    [InlineData("INVALID_SYN", ResetCause.BacklogOverflow)]
    [InlineData("TCP_STATE", ResetCause.LingerZero)]
    [InlineData("TCP_DISCONNECT_WITH_DATA", ResetCause.UnreadData)]
    [InlineData("A_REASON_OF_THE_FUTURE", ResetCause.Unknown)]
    [InlineData("77", ResetCause.Unknown)]
    public void AReasonShowsWhatSegmentsAndCallsDoNot(string reason, ResetCause expected)
    {
        var reset = Judged(new Script().Open().ReportReset(Side.Server, reason, after: 0.99, provoked: false).Send(Side.Server, "R."));

        Assert.Equal((expected, reason, true), (reset.Cause, reset.Reason, reset.Agrees));
        Assert.Equal(expected != ResetCause.Unknown, reset.Because.Contains("the kernel's word alone tells why", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TCP_ABORT_ON_LINGER", ResetCause.LingerZero, true)]
    [InlineData("TCP_STATE", ResetCause.LingerZero, true)]
    [InlineData("TCP_DISCONNECT_WITH_DATA", ResetCause.LingerZero, true)]
    [InlineData("TCP_ABORT_ON_CLOSE", ResetCause.UnreadData, false)]
    [InlineData("TCP_ABORT_ON_MEMORY", ResetCause.Memory, false)]
    [InlineData("A_REASON_OF_THE_FUTURE", ResetCause.LingerZero, true)]
    [InlineData(null, ResetCause.LingerZero, true)]
    public void LingerZero(string? reason, ResetCause expected, bool agrees) => Check(
        new Script().Call(Side.Client, "connect", 2).Open().Call(Side.Client, "setsockopt", 2, "SOL_SOCKET, SO_LINGER, {on, 0 s}")
            .Call(Side.Client, "close", 2).ReportReset(Side.Client, reason, after: 0.99, provoked: false).Send(Side.Client, "R."),
        reason, expected, agrees);

    [Theory]
    [InlineData("TCP_ABORT_ON_CLOSE", ResetCause.UnreadData, true)]
    [InlineData("TCP_DISCONNECT_WITH_DATA", ResetCause.UnreadData, true)]
    [InlineData("TCP_ABORT_ON_LINGER", ResetCause.LingerZero, false)]
    public void UnreadData(string reason, ResetCause expected, bool agrees) => Check(
        new Script().Listen().Open().Accept(3).Send(Side.Client, "P.", 10).Send(Side.Server, ".").Call(Side.Server, "close", 3)
            .ReportReset(Side.Server, reason, after: 0.99, provoked: false).Send(Side.Server, "R."),
        reason, expected, agrees);

    [Theory]
    [InlineData("TCP_ABORT_ON_CLOSE", ResetCause.ProcessExit, true)]
    [InlineData("TCP_STATE", ResetCause.ProcessExit, true)]
    [InlineData("TCP_KEEPALIVE_TIMEOUT", ResetCause.KeepaliveTimeout, false)]
    public void AKilledProcess(string reason, ResetCause expected, bool agrees) => Check(
        new Script().Call(Side.Client, "connect", 2).Open().Send(Side.Server, "P.", 7).Send(Side.Client, ".")
            .Call(Side.Client, "kill", 2, "4711, SIGKILL").ReportReset(Side.Client, reason, after: 0.99, provoked: false)
            .Send(Side.Client, "R."),
        reason, expected, agrees);

    [Theory]
    [InlineData("TCP_STATE", ResetCause.ListenerClosed, true)]
    [InlineData("TCP_ABORT_ON_LINGER", ResetCause.LingerZero, false)]
    public void AClosedListener(string reason, ResetCause expected, bool agrees) => Check(
        new Script().Listen().Open().Call(Side.Server, "close", 1).ReportReset(Side.Server, reason, after: 0.99, provoked: false)
            .Send(Side.Server, "R."),
        reason, expected, agrees);

    [Theory]
    [InlineData("NO_SOCKET", ResetCause.NoListener, true)]
    [InlineData("INVALID_SYN", ResetCause.BacklogOverflow, false)]
    public void ARefusedSyn(string reason, ResetCause expected, bool agrees) => Check(
        new Script().Send(Side.Client, "S", seq: 100).ReportReset(Side.Server, reason, after: 0.99)
            .Send(Side.Server, "R.", seq: 0, ack: 101),
        reason, expected, agrees);

    [Theory]
    [InlineData("NO_SOCKET", ResetCause.DataAfterClose, true)]
    [InlineData("TCP_ABORT_ON_DATA", ResetCause.DataAfterClose, true)]
    [InlineData("TCP_TIMEWAIT_SOCKET", ResetCause.DataAfterClose, true)]
    [InlineData("TCP_RFC7323_PAWS", ResetCause.OutOfWindow, false)]
    public void DataAfterTheClose(string reason, ResetCause expected, bool agrees) => Check(
        new Script().Listen().Open().Accept(3).Call(Side.Server, "close", 3).Send(Side.Server, "F.").Send(Side.Client, ".")
            .Send(Side.Client, "P.", 10).ReportReset(Side.Server, reason, after: 0.99).Send(Side.Server, "R"),
        reason, expected, agrees);

    /// <summary>
    /// An overflow (tcp_abort_on_overflow): the kernel reports the addresses of the listener, without the client's.
    /// </summary>
    [Fact]
    public void AnOverflowsResetIsReportedWithTheListenersAddresses() => Check(
        new Script().Listen().SampleListener(TcpState.Listen, TcpState.Listen, waiting: 6).Open()
            .ReportReset(Side.Server, "INVALID_SYN", after: 0.99, asListener: true).Send(Side.Server, "R", seq: 301),
        "INVALID_SYN", ResetCause.BacklogOverflow, agrees: true);

    /// <summary>Kernels before 6.10 give no reason in tcp_send_reset: the verdict rests on segments and calls.</summary>
    [Fact]
    public void WithoutAReasonTheVerdictNamesItsEvidence()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).ReportReset(Side.Server, null, after: 0.99)
            .Send(Side.Server, "R.", seq: 0, ack: 101).Play();

        Assert.Equal((ResetCause.NoListener, null), (played.Connections[0].Reset!.Cause, played.Connections[0].Reset!.Reason));
        Assert.Contains("(frame 2, no-listener; likely, by its segments alone)", Assert.Single(played.Findings, finding => finding.Contains("refused")));
    }

    [Fact]
    public void OfTwoResetsTheNearestInTimeIsTaken()
    {
        var reset = Judged(new Script().Open().ReportReset(Side.Server, "TCP_STATE", after: -5)
            .ReportReset(Side.Server, "TCP_ABORT_ON_MEMORY", after: 0.99)
            .Send(Side.Server, "R."));

        Assert.Equal("TCP_ABORT_ON_MEMORY", reset.Reason);
    }

    [Fact]
    public void AResetAnotherNamespacesSocketCausedIsNotOurs()
    {
        var script = new Script().OpenTraced(client: 7).ReportReset(Side.Client, "TCP_ABORT_ON_MEMORY", after: 0.99, provoked: false)
            .Report(Side.Client, TcpState.Established, TcpState.Closed, after: 0.99, socket: 7).Send(Side.Client, "R.");

        Assert.Null(Judged(script).Reason);
    }

    [Theory]
    [InlineData(-0.004, true)]
    [InlineData(0.09, true)]
    [InlineData(-0.02, false)]
    [InlineData(0.8, true)]
    [InlineData(1.2, false)]
    public void AFrameDroppedAtTheTimeOfASynIsMatchedToIt(double after, bool isTaken)
    {
        var played = new Script().ReportDrop("NETFILTER_DROP", after: 1 + after).Send(Side.Client, "S", seq: 100).Wait(1000)
            .Send(Side.Client, "S", seq: 100).Play();

        Assert.Equal(isTaken, played.Segment(1).Note?.Contains("the kernel dropped a packet at that moment: NETFILTER_DROP", StringComparison.Ordinal) ?? false);
        Assert.DoesNotContain("threw", played.Segment(2).Note ?? "");
    }

    private static ResetVerdict Judged(Script script) => script.Play().Connections[0].Reset!;

    private static void Check(Script script, string? reason, ResetCause expected, bool agrees)
    {
        var reset = Judged(script);
        Assert.Equal((expected, reason, agrees), (reset.Cause, reset.Reason, reset.Agrees));
        Assert.NotEmpty(reset.Because);
    }
}
