using TcpCapture.Model;
using TcpCapture.Queries.Expectations;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Queries.Expectations;

public class MemoryTests
{
    [Fact]
    public void ThousandsOfBrokenRulesAreCountedAndAFewKept()
    {
        const int Connections = 3000;
        var script = new Script();
        for (var i = 0; i < Connections; i++)
            script.From((ushort)(20_000 + i)).Send(Side.Client, "S", seq: 100).Send(Side.Server, "R.", seq: 0, ack: 101).Wait(10);
        var played = script.Play();
        var checker = new ExpectationChecker(new RecordingInfo(), [Expectation.Parse("no resets"), Expectation.Parse("reset by server"), Expectation.Parse("some connection: no resets")]);
        foreach (var e in played.Events) checker.OnEvent(e, default);
        foreach (var connection in played.Connections) checker.OnConnectionEnded(connection);
        checker.OnCompleted(new TimelineEnd(new RecordingEnd(), null, 0));
        var results = checker.Results;

        Assert.Equal([Outcome.Broken, Outcome.Held, Outcome.Broken], results.Select(r => r.Outcome));
        Assert.Equal((Connections, ExpectationResult.MaxVerdicts), (results[0].Broken, results[0].Verdicts.Count));
        Assert.Equal((Connections, ExpectationResult.MaxVerdicts), (results[1].Held, results[1].Verdicts.Count));
        Assert.Contains($"and for {Connections - 5} more connections", results[0].ToString());
        Assert.InRange(results[0].ToString().Count(c => c == '\n'), 5, 20);
    }

    [Fact]
    public void AConnectionWithManyRetransmissionsKeepsFive()
    {
        var script = new Script().Open().Send(Side.Client, "P.", 5);
        for (var i = 0; i < 10_000; i++) script.Send(Side.Client, "P.", 5, seq: 101);
        var played = script.Play();
        var checker = new ExpectationChecker(new RecordingInfo(), [Expectation.Parse("no retransmissions")]);
        foreach (var e in played.Events) checker.OnEvent(e, default);
        checker.OnConnectionEnded(played.Connections[0]);
        checker.OnCompleted(new TimelineEnd(new RecordingEnd(), null, 0));

        var verdict = checker.Results[0].Verdicts[0];
        Assert.Equal("there were 10000 retransmissions", verdict.Because);
        Assert.Equal(5, verdict.Events.Count);
    }
}
