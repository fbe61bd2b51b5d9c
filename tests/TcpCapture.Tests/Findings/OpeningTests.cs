using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class OpeningTests
{
    [Fact]
    public void CrossedSynsAreASimultaneousOpen()
    {
        var script = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S", seq: 300)
            .Send(Side.Client, "S.", seq: 100, ack: 301).Send(Side.Server, "S.", seq: 300, ack: 101);
        var finding = Assert.Single(Analysed.Findings(new Opening(), script));
        Assert.StartsWith("Both ends sent a SYN and the SYNs crossed: they opened one connection without a listener", finding.Text);
        Assert.NotEqual(0, finding.Event);
    }

    [Fact]
    public void CrossedSynsWithoutAnAnswerOpenNothing() => Assert.Equal(
        ["Both ends sent a SYN and the SYNs crossed: no connection was established."],
        Analysed.Texts(new Opening(), new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S", seq: 300)));

    [Fact]
    public void AUsualOpenHasNoFinding() => Assert.Empty(Analysed.Texts(new Opening(), new Script().Open()));
}
