using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>A change of a traced socket without a kernel event did not happen, unless kernel events were lost.</summary>
public class TraceDenialTests
{
    [Fact]
    public void AFinThatDidNotArriveMovesNothingAndIsAFinding()
    {
        var played = new Script().OpenTraced().Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.9)
            .Send(Side.Client, "F.")
            .Wait(1000).Send(Side.Client, "F.", seq: 101).Play();

        Assert.Equal("client ESTABLISHED→FIN_WAIT_1 traced", played.Changes[^1]);
        Assert.Equal("client F. FIN_WAIT_1/ESTABLISHED", played.Segments[^1]);
        Assert.Contains(played.Disagreements, text => text.Contains(
            $"The segment of event {played.Segment(4).Number} would have moved the server from ESTABLISHED to CLOSE_WAIT", StringComparison.Ordinal));
    }

    [Fact]
    public void AChangeReportedLaterHasARowWithItsCause()
    {
        var played = new Script().OpenTraced().Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.9)
            .Send(Side.Client, "F.")
            .Wait(200).Report(Side.Server, TcpState.Established, TcpState.CloseWait).Wait(100).Send(Side.Server, ".").Play();

        var change = played.Change(Side.Server, TcpState.CloseWait);
        Assert.Equal((Evidence.Traced, "204"), (change.Evidence, Script.Milliseconds(change.Time)));
        Assert.Equal(played.Segment(4).Number, change.CausedBy);
        Assert.Equal("server . FIN_WAIT_2/CLOSE_WAIT", played.Segments[^1].Replace("FIN_WAIT_1", "FIN_WAIT_2"));
    }

    [Fact]
    public void AnUnexplainedChangeHasARowWithANote()
    {
        var played = new Script().OpenTraced().Wait(50).Report(Side.Client, TcpState.Established, TcpState.Closed).Wait(50)
            .Send(Side.Server, "P.", 3).Play();

        var change = played.Change(Side.Client, TcpState.Closed);
        Assert.Equal((Evidence.Traced, "53"), (change.Evidence, Script.Milliseconds(change.Time)));
        Assert.Equal("reported by the kernel; no captured segment or call explains it", change.Note);
        Assert.Equal("server P. CLOSED/ESTABLISHED", played.Segments[^1]);
    }

    [Fact]
    public void ASampleThatContradictsTheTraceIsAFindingAndNoRow()
    {
        var played = new Script().OpenTraced().Wait(50).Sample(Side.Client, TcpState.Established, TcpState.CloseWait).Wait(50)
            .Send(Side.Client, ".").Play();

        Assert.Equal(4, played.Changes.Length);
        Assert.Equal("client . ESTABLISHED/ESTABLISHED", played.Segments[^1]);
        Assert.Contains("showed CLOSE_WAIT; according to kernel events it was in ESTABLISHED", Assert.Single(played.Disagreements));
    }

    /// <summary>
    /// The FIN of a close waits in a queue, and the next observation is of another socket. A sample before it shows the
    /// effect of the close and contradicts nothing.
    /// </summary>
    [Fact]
    public void ASampleAfterACloseIsExplainedByTheCloseWhileItsFinWaits()
    {
        var played = new Script().Call(Side.Client, "connect", 2, took: 10, local: Endpoint.FromBytes([10, 0, 0, 1], 40000))
            .OpenTraced().Wait(20)
            .Call(Side.Client, "close", 2, took: 1).Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.5)
            .Sample(Side.Client, TcpState.Established, TcpState.FinWait1, after: 30, span: 40)
            .Wait(40).Holds(Side.Server, 4711, "server").Wait(40).Send(Side.Client, "F.")
            .Report(Side.Server, TcpState.Established, TcpState.CloseWait, after: 0.005).Play();

        Assert.Empty(played.Disagreements);
        var change = played.Change(Side.Client, TcpState.FinWait1);
        Assert.Equal((Evidence.Traced, "its FIN has not passed here yet"), (change.Evidence, change.Note));
    }

    /// <summary>The trace ends: from then on segments and samples count again.</summary>
    [Fact]
    public void AfterTheTraceHasEndedSegmentsAndSamplesCount()
    {
        var played = new Script().OpenTraced().Wait(600).ReportGap().ReportGap(after: 20).Wait(600).Send(Side.Client, "F.")
            .Sample(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.2).Send(Side.Server, ".")
            .From(40001).Open().Play();

        Assert.Equal(
            [
                "client ESTABLISHED→FIN_WAIT_1 sampled", "server ESTABLISHED→CLOSE_WAIT inferred", "client FIN_WAIT_1→FIN_WAIT_2 inferred",
                "client CLOSED→SYN_SENT inferred", "server LISTEN→SYN_RECV inferred", "client SYN_SENT→ESTABLISHED inferred",
                "server SYN_RECV→ESTABLISHED inferred",
            ],
            played.Changes[4..]);
        Assert.Empty(played.Disagreements);
    }

    [Fact]
    public void AListenersConnectionAfterTheTraceHasEndedIsEstablished()
    {
        var played = new Script().ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05).Listen().Wait(10).ReportGap()
            .Wait(1000).Open().Play();

        Assert.Equal("server SYN_RECV→ESTABLISHED inferred", played.Changes[^1]);
        Assert.Empty(played.Disagreements);
    }

    [Fact]
    public void ALostKernelEventDeniesNothingAndTheNextOneCounts()
    {
        var played = new Script().OpenTraced().Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.9)
            .ReportGap(after: 0.95)
            .Send(Side.Client, "F.").ReportGap(after: 0.5).Send(Side.Server, ".")
            .Report(Side.Client, TcpState.FinWait1, TcpState.FinWait2, after: 0.01)
            .Wait(1000).Report(Side.Server, TcpState.CloseWait, TcpState.LastAck, after: 0.9).Send(Side.Server, "F.")
            .Send(Side.Client, ".").Wait(500).Send(Side.Client, ".").Play();

        Assert.Equal(
            [
                "server ESTABLISHED→CLOSE_WAIT inferred", "client FIN_WAIT_1→FIN_WAIT_2 traced", "server CLOSE_WAIT→LAST_ACK traced",
                "client FIN_WAIT_2→TIME_WAIT inferred", // no kernel event shows that the last ACK was accepted
            ],
            played.Changes[5..]);
    }
}
