using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class HalfOpeningsTests
{
    [Fact]
    public void AHalfOpenConnectionIsDiscoveredByTheNextSyn()
    {
        var script = new Script().Open().Wait(1000).Send(Side.Client, "S", seq: 5000)
            .Send(Side.Server, ".", seq: 301, ack: 101).Send(Side.Client, "R", seq: 101);
        var finding = Assert.Single(Analysed.Findings(new HalfOpenings(), script));
        Assert.StartsWith("Why the client sent an RST: its SYN for connection 2 ", finding.Text);
        Assert.Equal(1, finding.Connection!.Number);
        Assert.True(finding.IsTrouble);
    }

    [Fact]
    public void APortReusedAfterTheCloseIsNone() =>
        Assert.Empty(Analysed.Texts(new HalfOpenings(), new Script().Open().Closed().Send(Side.Client, "S", seq: 5000)));
}
