using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>The kernel's reason for an RST compared with segments and calls.</summary>
public class TraceResetTests
{
    /// <summary>A reason decides alone only if it has one cause; else segments and calls decide.</summary>
    [Theory]
    [InlineData("TCP_RFC7323_PAWS", Cause.Paws)]
    [InlineData("TCP_TOO_OLD_ACK", Cause.OutOfWindow)]
    [InlineData("TCP_ACK_UNSENT_DATA", Cause.OutOfWindow)]
    [InlineData("TCP_OLD_ACK", Cause.OutOfWindow)]
    [InlineData("TCP_INVALID_ACK_SEQUENCE", Cause.OutOfWindow)]
    [InlineData("TCP_ABORT_ON_CLOSE", Cause.UnreadData)]
    [InlineData("TCP_ABORT_ON_LINGER", Cause.LingerZero)]
    [InlineData("TCP_ABORT_ON_MEMORY", Cause.Memory)]
    [InlineData("TCP_KEEPALIVE_TIMEOUT", Cause.KeepaliveTimeout)]
    [InlineData("TCP_DISCONNECT_WITH_DATA", Cause.UnreadData)]
    [InlineData("NO_SOCKET", Cause.Abort)]
    [InlineData("TCP_STATE", Cause.Abort)]
    [InlineData("TCP_ABORT_ON_DATA", Cause.Abort)]
    [InlineData("TCP_TIMEWAIT_SOCKET", Cause.Abort)]
    [InlineData("A_REASON_OF_THE_FUTURE", Cause.Abort)]
    [InlineData("77", Cause.Abort)]
    public void AReasonIsEvidence(string reason, Cause expected)
    {
        var diagnosis = Judged(new Script().Open().ReportReset(Side.Server, reason, after: 0.99, provoked: false).Send(Side.Server, "R."));

        Assert.Equal((expected, reason, Side.Server), (diagnosis.Cause, diagnosis.KernelReason, diagnosis.ResetBy));
        Assert.Equal(expected != Cause.Abort, diagnosis.Why.Contains($"The kernel says {reason}", StringComparison.Ordinal));
        Assert.DoesNotContain("neither a segment nor a call", $"{diagnosis}");
    }

    [Theory]
    [InlineData("TCP_ABORT_ON_LINGER", Cause.LingerZero)]
    [InlineData("TCP_STATE", Cause.LingerZero)]
    [InlineData("TCP_DISCONNECT_WITH_DATA", Cause.LingerZero)]
    [InlineData("TCP_ABORT_ON_CLOSE", Cause.UnreadData)]
    [InlineData("TCP_ABORT_ON_MEMORY", Cause.Memory)]
    [InlineData("A_REASON_OF_THE_FUTURE", Cause.LingerZero)]
    [InlineData(null, Cause.LingerZero)]
    public void LingerZero(string? reason, Cause expected) => Check(
        new Script().Call(Side.Client, "connect", 2).Open().Call(Side.Client, "setsockopt", 2, "SOL_SOCKET, SO_LINGER, {on, 0 s}")
            .Call(Side.Client, "close", 2).ReportReset(Side.Client, reason, after: 0.99, provoked: false).Send(Side.Client, "R."),
        reason, expected);

    [Theory]
    [InlineData("TCP_ABORT_ON_CLOSE", Cause.UnreadData)]
    [InlineData("TCP_DISCONNECT_WITH_DATA", Cause.UnreadData)]
    [InlineData("TCP_ABORT_ON_LINGER", Cause.LingerZero)]
    public void UnreadData(string reason, Cause expected) => Check(
        new Script().Listen().Open().Accept(3).Send(Side.Client, "P.", 10).Send(Side.Server, ".").Call(Side.Server, "close", 3)
            .ReportReset(Side.Server, reason, after: 0.99, provoked: false).Send(Side.Server, "R."),
        reason, expected);

    [Theory]
    [InlineData("TCP_ABORT_ON_CLOSE", Cause.ProcessExit)]
    [InlineData("TCP_STATE", Cause.ProcessExit)]
    [InlineData("TCP_KEEPALIVE_TIMEOUT", Cause.KeepaliveTimeout)]
    public void AKilledProcess(string reason, Cause expected) => Check(
        new Script().Call(Side.Client, "connect", 2).Open().Send(Side.Server, "P.", 7).Send(Side.Client, ".")
            .Call(Side.Client, "kill", 2, "4711, SIGKILL").ReportReset(Side.Client, reason, after: 0.99, provoked: false)
            .Send(Side.Client, "R."),
        reason, expected);

    [Theory]
    [InlineData("TCP_STATE", Cause.ListenerClosed)]
    [InlineData("TCP_ABORT_ON_LINGER", Cause.LingerZero)]
    public void AClosedListener(string reason, Cause expected) => Check(
        new Script().Listen().Open().Call(Side.Server, "close", 1).ReportReset(Side.Server, reason, after: 0.99, provoked: false)
            .Send(Side.Server, "R."),
        reason, expected);

    [Theory]
    [InlineData("NO_SOCKET", Cause.NoListener)]
    [InlineData("INVALID_SYN", Cause.BacklogOverflow)]
    public void ARefusedSyn(string reason, Cause expected) => Check(
        new Script().Send(Side.Client, "S", seq: 100).ReportReset(Side.Server, reason, after: 0.99)
            .Send(Side.Server, "R.", seq: 0, ack: 101),
        reason, expected);

    [Theory]
    [InlineData("NO_SOCKET", Cause.DataAfterClose)]
    [InlineData("TCP_ABORT_ON_DATA", Cause.DataAfterClose)]
    [InlineData("TCP_TIMEWAIT_SOCKET", Cause.DataAfterClose)]
    [InlineData("TCP_RFC7323_PAWS", Cause.Paws)]
    public void DataAfterTheClose(string reason, Cause expected) => Check(
        new Script().Listen().Open().Accept(3).Call(Side.Server, "close", 3).Send(Side.Server, "F.").Send(Side.Client, ".")
            .Send(Side.Client, "P.", 10).ReportReset(Side.Server, reason, after: 0.99).Send(Side.Server, "R"),
        reason, expected);

    /// <summary>
    /// An overflow (tcp_abort_on_overflow): the kernel reports the addresses of the listener, without the client's.
    /// </summary>
    [Fact]
    public void AnOverflowsResetIsReportedWithTheListenersAddresses() => Check(
        new Script().Listen().SampleListener(TcpState.Listen, TcpState.Listen, waiting: 6).Open()
            .ReportReset(Side.Server, "INVALID_SYN", after: 0.99, asListener: true).Send(Side.Server, "R", seq: 301),
        "INVALID_SYN", Cause.BacklogOverflow);

    /// <summary>Kernels before 6.10 give no reason in tcp_send_reset: the verdict rests on segments and calls.</summary>
    [Fact]
    public void WithoutAReasonTheVerdictNamesItsEvidence()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).ReportReset(Side.Server, null, after: 0.99)
            .Send(Side.Server, "R.", seq: 0, ack: 101).Play();

        var diagnosis = played.Connections[0].Diagnosis;
        Assert.Equal((Cause.NoListener, Confidence.Likely, null), (diagnosis.Cause, diagnosis.Confidence, diagnosis.KernelReason));
        Assert.Equal(ConnectionOutcome.Refused, diagnosis.Outcome);
        Assert.Equal([Cause.FirewallReject], diagnosis.AlsoPossible);
        Assert.Contains("frame 2", Assert.Single(played.Findings, finding => finding.Contains("most likely nobody listens")));
    }

    [Fact]
    public void OfTwoResetsTheNearestInTimeIsTaken()
    {
        var reset = Judged(new Script().Open().ReportReset(Side.Server, "TCP_STATE", after: -5)
            .ReportReset(Side.Server, "TCP_ABORT_ON_MEMORY", after: 0.99)
            .Send(Side.Server, "R."));

        Assert.Equal("TCP_ABORT_ON_MEMORY", reset.KernelReason);
    }

    [Fact]
    public void AResetAnotherNamespacesSocketCausedIsNotOurs()
    {
        var script = new Script().OpenTraced(client: 7).ReportReset(Side.Client, "TCP_ABORT_ON_MEMORY", after: 0.99, provoked: false)
            .Report(Side.Client, TcpState.Established, TcpState.Closed, after: 0.99, socket: 7).Send(Side.Client, "R.");

        Assert.Null(Judged(script).KernelReason);
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

    private static ConnectionDiagnosis Judged(Script script) => script.Play().Connections[0].Diagnosis;

    private static void Check(Script script, string? reason, Cause expected)
    {
        var diagnosis = Judged(script);
        Assert.Equal((expected, reason), (diagnosis.Cause, diagnosis.KernelReason));
        Assert.NotEmpty(diagnosis.What);
        Assert.Equal(reason is not null, diagnosis.Why.Contains($"The kernel says {reason}", StringComparison.Ordinal));
    }
}
