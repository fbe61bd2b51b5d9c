using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class ClosingAnalysisTests
{
    [Theory]
    [InlineData(Side.Client, "The client closed first, then the server.")]
    [InlineData(Side.Server, "The server closed first, then the client.")]
    public void TheFirstFinNamesTheEndThatClosedFirst(Side first, string expected)
    {
        var script = new Script().Open().Send(first, "F.").Send(first.Peer(), ".").Send(first.Peer(), "F.").Send(first, ".");
        Assert.Contains(expected, Analysed.Texts(new Closing(), script));
    }

    [Fact]
    public void AHalfCloseIsNamedWithTheEndThatStaysInCloseWait()
    {
        var script = new Script().Open().Send(Side.Client, "F.").Send(Side.Server, ".");
        Assert.Equal(["The client closed, the server did not."], Analysed.Texts(new Closing(), script));
        var again = new Script().Open().Send(Side.Client, "F.").Send(Side.Server, ".");
        Assert.Matches(
            "^The server stays in CLOSE_WAIT, .* until the end: it has received the FIN, its application has not closed\\.$",
            Assert.Single(Analysed.Texts(new CloseWaits(), again)));
    }

    [Fact]
    public void AnOpenConnectionIsNamedAndSeveralAreCounted()
    {
        Assert.Equal(["Nobody closed: both ends are ESTABLISHED."], Analysed.Texts(new Closing(), new Script().Open()));
        Assert.Equal(
            ["Nobody closed 2 of the connections (1, 2): their ends are ESTABLISHED."],
            Analysed.Texts(new Closing(), new Script().Open().From(40001).Open()));
    }

    [Fact]
    public void AFinThatWasNotAcknowledgedWasPerhapsNotReceived() => Assert.DoesNotContain(
        Analysed.Texts(new CloseWaits(), new Script().Open().Send(Side.Client, "F.")),
        text => text.Contains("has received", StringComparison.Ordinal));

    [Fact]
    public void SomethingUnacknowledgedIsNoQuietConnection() =>
        Assert.Empty(Analysed.Texts(new Closing(), new Script().Open().Send(Side.Client, "P.", 5)));

    /// <summary>Its diagnosis says that the SYN was not answered, so the state that follows from it is not reported as well.</summary>
    [Fact]
    public void AFailedConnectionsStateIsNotReported()
    {
        Assert.Empty(Analysed.Texts(new Closing(), new Script().Send(Side.Client, "S", seq: 100)));
        Assert.NotEmpty(Analysed.Texts(new Failures(), new Script().Send(Side.Client, "S", seq: 100)));
    }

    [Fact]
    public void ASocketThatDisappearsWithoutASegmentIsReported()
    {
        var script = new Script().Open().Closed().Sample(Side.Client, TcpState.TimeWait, TcpState.TimeWait, SocketKind.TimeWait)
            .Wait(60_000).Sample(Side.Client, TcpState.TimeWait, TcpState.Closed);
        Assert.Contains(Analysed.Texts(new Closing(), script), text => text.StartsWith("The client's TIME_WAIT ended: ", StringComparison.Ordinal));
    }
}
