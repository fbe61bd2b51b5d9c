using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

public class SampleTests
{
    [Fact]
    public void ASampleAfterTheSegmentBoundsTheChange()
    {
        var change = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300)
            .Sample(Side.Client, TcpState.SynSent, TcpState.Established, after: 0.5).Play().Change(Side.Client, TcpState.Established);

        Assert.Equal(Evidence.Sampled, change.Evidence);
        Assert.Equal(("2", "2.5", "2"), (Script.Milliseconds(change.NotBefore!.Value), Script.Milliseconds(change.NotAfter!.Value), Script.Milliseconds(change.Time)));
    }

    /// <summary>
    /// The kernel changes a state before it timestamps the segment, so a sample can end before the segment's time.
    /// </summary>
    [Fact]
    public void ASampleWithinTheSkewBeforeTheSegmentShowsTheChange()
    {
        var change = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300)
            .Sample(Side.Client, TcpState.SynSent, TcpState.Established, after: -0.3).Play().Change(Side.Client, TcpState.Established);

        Assert.Equal((Evidence.Sampled, "1.7"), (change.Evidence, Script.Milliseconds(change.Time)));
    }

    [Fact]
    public void ASampleOfTheOldStateLongAfterTheSegmentIsNoEvidence()
    {
        var played = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300)
            .Sample(Side.Client, TcpState.SynSent, TcpState.Established, after: 100, span: 1).Play();

        Assert.Equal(Evidence.Inferred, played.Change(Side.Client, TcpState.Established).Evidence);
    }

    [Fact]
    public void ASampleBetweenTwoSegmentsConfirmsOnlyTheFirst()
    {
        var played = new Script().Open().Send(Side.Client, "F.").Wait(20)
            .Sample(Side.Client, TcpState.Established, TcpState.FinWait1, after: -15, span: 5.5)
            .Send(Side.Server, ".").Play();

        Assert.Equal(Evidence.Sampled, played.Change(Side.Client, TcpState.FinWait1).Evidence);
        Assert.Equal(Evidence.Inferred, played.Change(Side.Client, TcpState.FinWait2).Evidence);
    }

    [Fact]
    public void ASampleThatContradictsTheSegmentsHasARowOfItsOwn()
    {
        var played = new Script().Open().Wait(50).Sample(Side.Client, TcpState.Established, TcpState.CloseWait).Wait(50)
            .Send(Side.Client, ".").Play();

        var change = played.Change(Side.Client, TcpState.CloseWait);
        Assert.Equal((Evidence.Sampled, "seen by sampling; no segment or call explains it"), (change.Evidence, change.Note));
        Assert.Equal("client . CLOSE_WAIT/ESTABLISHED", played.Segments[3]);
    }

    [Fact]
    public void OnlySamplesShowTheEndOfTimeWait()
    {
        var played = new Script().Open().Send(Side.Server, "F.").Send(Side.Client, "F.").Send(Side.Server, ".")
            .Sample(Side.Server, TcpState.FinWait1, TcpState.TimeWait, SocketKind.TimeWait, after: 0.5).Wait(60000)
            .Sample(Side.Server, TcpState.TimeWait, TcpState.Closed).Play();

        var end = played.Change(Side.Server, TcpState.Closed);
        Assert.Equal((Evidence.Sampled, "60005", "60006"), (end.Evidence, Script.Milliseconds(end.NotBefore!.Value), Script.Milliseconds(end.NotAfter!.Value)));
        Assert.Equal(TcpState.Closed, played.Connections[0].Server.FinalState);
        Assert.Contains("The server's TIME_WAIT ended: the 2·MSL timer ran out; no segment is sent.", played.Findings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FinWait2ThatRunsOutEndsWithoutASegment(bool withCalls)
    {
        var script = new Script();
        if (withCalls) script.Call(Side.Client, "connect", 2, took: 4);
        script.Open();
        if (withCalls) script.Call(Side.Client, "close", 2);
        var played = script.Send(Side.Client, "F.").Send(Side.Server, ".").Wait(60000)
            .Sample(Side.Client, TcpState.FinWait2, TcpState.Closed).Play();

        Assert.Equal("the FIN_WAIT_2 timer ran out (tcp_fin_timeout); no segment is sent", played.Change(Side.Client, TcpState.Closed).Note);
        Assert.Contains(
            "The client's FIN_WAIT_2 ended: the FIN_WAIT_2 timer ran out (tcp_fin_timeout); no segment is sent.", played.Findings);
        Assert.Equal(TcpState.CloseWait, played.Connections[0].Server.FinalState);
    }

    [Fact]
    public void AListenerSampledBeforeAnyCallHasThatStateAtTheFirstSample()
    {
        var played = new Script().Wait(5).SampleListener(null, TcpState.Listen).Wait(5).Open().Play();

        Assert.Equal("in this state at the first sample", played.Events[0].Note);
        Assert.Equal("client S SYN_SENT/LISTEN", played.Segments[0]);
    }

    [Fact]
    public void ASampleOfAnUnknownSocketChangesNothing()
    {
        var played = new Script().Wait(5).From(50000).Sample(Side.Client, null, TcpState.Established).From(40000).Open().Play();

        Assert.Single(played.Connections);
        Assert.Equal(4, played.Changes.Length);
    }

    [Fact]
    public void SamplesOfAQueueOnlyHaveNoRow()
    {
        var played = new Script().Open().Sample(Side.Server, TcpState.Established, TcpState.Established, after: 1, unread: 5).Play();

        Assert.Equal(4, played.Changes.Length);
        Assert.Equal(5u, played.Connections[0].Server.LastSample!.ReceiveQueue);
    }
}
