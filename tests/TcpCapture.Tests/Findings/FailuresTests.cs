using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class FailuresTests
{
    [Fact]
    public void ARefusedSynIsTrouble()
    {
        var script = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "R.", seq: 0, ack: 101);
        var finding = Assert.Single(Analysed.Findings(new Failures(), script));
        Assert.StartsWith("An RST (frame 2) refused the SYN to 10.0.0.2:80 (frame 1): ", finding.Text);
        Assert.True(finding.IsTrouble);
    }

    [Fact]
    public void ACauseThatSegmentsDoNotShowIsAnAbortWithItsAlternatives()
    {
        var script = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".").Send(Side.Server, "R.");
        var text = Assert.Single(Analysed.Texts(new Failures(), script));
        Assert.StartsWith("The server aborted the connection (RST in frame 6)", text);
        Assert.Contains("Segments do not show which of the three it was.", text);
    }

    [Fact]
    public void AProbeIsNoTrouble()
    {
        var script = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300, ack: 101).Send(Side.Client, "R", seq: 101);
        var finding = Assert.Single(Analysed.Findings(new Failures(), script));
        Assert.False(finding.IsTrouble);
        Assert.Equal(Cause.Probe, finding.Connection!.Diagnosis.Cause);
    }

    /// <summary>A socket that was found in TIME_WAIT belongs to a connection that was closed, so it does not count as open.</summary>
    [Fact]
    public void ATimeWaitSocketIsNoOpenConnection()
    {
        var played = new Script().Find(Side.Client, TcpState.TimeWait, SocketKind.TimeWait).Play();
        Assert.Equal(ConnectionOutcome.Closed, Assert.Single(played.Connections).Diagnosis.Outcome);
    }

    [Fact]
    public void WithoutAFailureThereIsNoFinding() => Assert.Empty(Analysed.Texts(new Failures(), new Script().Open().Closed()));
}
