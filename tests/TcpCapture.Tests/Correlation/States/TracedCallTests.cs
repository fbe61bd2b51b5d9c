using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>Traced calls of arbitrary programs: they block, and some are unknown.</summary>
public class TracedCallTests
{
    private static readonly Endpoint ClientAddress = Endpoint.FromBytes([10, 0, 0, 1], 40000);

    [Fact]
    public void AnAcceptThatWaitedReturnsWithItsConnection()
    {
        var played = Waiting(new Script().Listen(), 3, 400).Open().Wait(500).Call(Side.Server, "recv", 3, "10", 0).Play();

        var returned = played.Call("accept");
        Assert.Equal((1, 3L, played.Segment(3).Number), (returned.Connection!.Number, returned.Call!.Result, returned.CausedBy));
        Assert.Equal((true, "begun 0.400000000 s before"), (returned.IsResumed, returned.Note));
        Assert.Equal(1, played.Call("recv").Connection!.Number);
    }

    [Fact]
    public void AnAcceptDoesNotMatchAnEarlierConnectionBetweenTheSameEnds()
    {
        var first = Waiting(new Script().Listen(), 3, 100).Open().Wait(200)
            .Send(Side.Server, "F.").Send(Side.Client, ".").Send(Side.Client, "F.").Send(Side.Server, ".");
        var played = Waiting(first, 4, 100).Open(5000, 7000).Wait(200).Call(Side.Server, "recv", 4, "10", 0).Play();

        Assert.Equal([1, 2], played.Events.Where(e => e.IsResumed).Select(e => e.Connection!.Number));
        Assert.Equal(2, played.Call("recv").Connection!.Number);
    }

    [Fact]
    public void TheOwnerIsTheProcessThatUsesTheSocket()
    {
        var script = new Script().Listen().Open()
            .Call(Side.Server, "accept", 1, result: 3, local: Script.ServerAddress, remote: ClientAddress, process: 10)
            .Holds(Side.Server, 11, "child").Holds(Side.Server, 10, "parent").Wait(1);
        Assert.Equal(10, Assert.Single(script.Play().Connections).Server.Owner!.ProcessId);

        var connection = Assert.Single(script.Call(Side.Server, "recv", 3, "10", 5, process: 11).Play().Connections);
        Assert.Equal((11, "child"), (connection.Server.Owner!.ProcessId, connection.Server.Owner.ProcessName));
        Assert.Null(connection.Client.Owner);
    }

    [Fact]
    public void ASocketUnknownAtAcceptIsMatchedByItsNextCall()
    {
        var played = new Script().Listen().Open()
            .Call(Side.Server, "accept", 1, result: 3, local: Script.ServerAddress)
            .Call(Side.Server, "close", 3, local: Script.ServerAddress, remote: ClientAddress).Send(Side.Server, "F.").Play();

        Assert.Equal(played.Call("close").Number, played.Segment(4).CausedBy);
    }

    [Fact]
    public void AResetAfterAnUnknownLingerTimeIsBlamedOnZero()
    {
        var played = new Script().Listen().Open().Accept(3)
            .Call(Side.Server, "setsockopt", 3, "SOL_SOCKET, SO_LINGER, ?").Call(Side.Server, "close", 3).Send(Side.Server, "R.").Play();

        Assert.Equal(Cause.LingerZero, played.Connections.Single().Diagnosis.Cause);
    }

    [Fact]
    public void UnreadDataExplainsAResetBeforeAnUnknownLingerTime()
    {
        var played = new Script().Listen().Open().Accept(3).Send(Side.Client, "P.", 10).Send(Side.Server, ".")
            .Call(Side.Server, "setsockopt", 3, "SOL_SOCKET, SO_LINGER, ?").Call(Side.Server, "close", 3).Send(Side.Server, "R.").Play();

        Assert.Equal(Cause.UnreadData, played.Connections.Single().Diagnosis.Cause);
    }

    [Fact]
    public void TheEndOfAProcessClosesItsSockets()
    {
        var played = new Script().Listen().Open().Accept(3)
            .Call(Side.Server, "exit", 3, "status 0").Send(Side.Server, "F.").Play();

        Assert.Equal(played.Call("exit").Number, played.Segment(4).CausedBy);
    }

    [Fact]
    public void AProcessThatEndsWithUnreadDataPassesThroughNoFinWait()
    {
        var played = new Script().Listen().Open().Accept(3).Send(Side.Client, "P.", 10).Send(Side.Server, ".")
            .Call(Side.Server, "exit", 3, "killed by SIGKILL").Wait(1).Send(Side.Server, "R.").Play();

        Assert.Equal(Cause.ProcessExit, played.Connections.Single().Diagnosis.Cause);
        Assert.DoesNotContain(played.Changes, change => change.Contains("FIN_WAIT_1", StringComparison.Ordinal));
    }

    [Fact]
    public void ClosingOneDescriptorOfSeveralClosesNothing()
    {
        var played = new Script().Listen().Open().Accept(3)
            .Call(Side.Server, "close-descriptor", 3).Call(Side.Server, "shutdown", 3, "SHUT_WR").Send(Side.Server, "F.").Play();

        Assert.Equal(played.Call("shutdown").Number, played.Segment(4).CausedBy);
    }

    [Fact]
    public void TheCallsOfASocketDetermineItsEnd()
    {
        // The server's program is also a client of another server.
        var played = new Script().Call(Side.Server, "socket", 0, result: 5).Call(Side.Server, "setsockopt", 5, "SOL_SOCKET, SO_LINGER, ?")
            .Call(Side.Client, "connect", 5, took: 10, local: ClientAddress).Open()
            .Wait(20).Call(Side.Client, "close", 5).Send(Side.Client, "F.").Play();

        Assert.Equal(played.Call("close").Number, played.Segment(4).CausedBy);
    }

    private static Script Waiting(Script script, int socket, double took) => script.Call(
        Side.Server, "accept", 1, result: socket, took: took, local: Script.ServerAddress, remote: ClientAddress);
}
