using TcpCapture.Findings.Calls;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings.Calls;

public class FailedCallsTests
{
    [Fact]
    public void AnAcceptWithoutDescriptorsIsOneFindingWithItsCount()
    {
        var script = new Script().Listen().Open().Accept(3);
        for (var i = 0; i < 3; i++)
            script.Call(Side.Server, "accept", 1, result: -1, error: "EMFILE", local: Script.ServerAddress, process: 812);

        var finding = Assert.Single(Analysed.Findings(new FailedCalls(), script));
        Assert.True(finding.IsTrouble);
        Assert.StartsWith(
            "The server (process 812) is out of file descriptors: accept on 10.0.0.2:80 failed with EMFILE 3 times (events ", finding.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheFailedAcceptBelongsToNoConnection()
    {
        var played = new Script().Listen().Open().Accept(3)
            .Call(Side.Server, "accept", 1, result: -1, error: "EMFILE", local: Script.ServerAddress).Play();

        Assert.Null(played.Events.Last(e => e.Call?.Name == "accept").Connection);
    }

    [Theory]
    [InlineData("accept", "ENFILE", "host is out of file descriptors")]
    [InlineData("socket", "EMFILE", "is out of file descriptors")]
    [InlineData("bind", "EADDRINUSE", "another socket has")]
    [InlineData("bind", "EADDRNOTAVAIL", "does not have")]
    public void OtherFailuresSayWhatTheyMean(string name, string error, string text) =>
        Assert.Contains(text, Assert.Single(Analysed.Texts(new FailedCalls(), Failing(name, error))), StringComparison.Ordinal);

    [Theory]
    [InlineData("accept", "EAGAIN")]
    [InlineData("accept", "EINTR")]
    [InlineData("recv", "ECONNRESET")]
    [InlineData("send", "EPIPE")]
    [InlineData("connect", "EINPROGRESS")]
    public void OrdinaryResultsAndConsequencesAreNoFindings(string name, string error) =>
        Assert.Empty(Analysed.Texts(new FailedCalls(), Failing(name, error)));

    private static Script Failing(string name, string error) => new Script().Listen().Call(Side.Server, name, 1, result: -1, error: error);
}
