using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class ResetsTests
{
    [Fact]
    public void ARefusedSynIsTrouble()
    {
        var script = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "R.", seq: 0, ack: 101);
        var finding = Assert.Single(Analysed.Findings(new Resets(fromCapture: true), script));
        Assert.StartsWith("The server refused the connection (frame 2, no-listener; likely, by its segments alone): ", finding.Text);
        Assert.True(finding.IsTrouble);
    }

    [Fact]
    public void ACauseThatSegmentsDoNotShowIsUnknown()
    {
        var script = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".").Send(Side.Server, "R.");
        Assert.StartsWith(
            "The server reset the connection (frame 6, unknown; cannot be told from the segments): ",
            Assert.Single(Analysed.Texts(new Resets(fromCapture: true), script)));
        Assert.Contains("cannot be told from segments and calls", Assert.Single(Analysed.Texts(new Resets(), script)));
    }

    [Fact]
    public void WithoutAResetThereIsNoFinding() => Assert.Empty(Analysed.Texts(new Resets(), new Script().Open().Closed()));
}
