using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class ListenerClosingsTests
{
    [Fact]
    public void AcceptedConnectionsGoOnAfterTheListenerWasClosed()
    {
        var script = new Script().Listen().Open().Accept(2).Call(Side.Server, "close", 1)
            .Send(Side.Client, "P.", 7).Send(Side.Server, "P.", 5);
        var text = Assert.Single(Analysed.Texts(new ListenerClosings(), script));
        Assert.StartsWith("Closing the listening socket 10.0.0.2:80 sent no FIN", text);
        Assert.Contains("went on: connection 1 (12 bytes afterwards).", text);
        Assert.DoesNotContain("reset", text);
    }

    [Fact]
    public void QueuedConnectionsAreReset()
    {
        var script = new Script().Listen().Open().Call(Side.Server, "close", 1).Send(Side.Server, "R.");
        Assert.Contains("was reset: connection 1 (event ", Assert.Single(Analysed.Texts(new ListenerClosings(), script)));
    }

    [Fact]
    public void AListenerThatStaysHasNoFinding() => Assert.Empty(Analysed.Texts(new ListenerClosings(), new Script().Listen().Open()));
}
