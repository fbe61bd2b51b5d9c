using TcpCapture.Model;
using TcpCapture.Queries.Expectations;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Queries.Expectations;

/// <summary>An unseen event proves something only if nothing was missed.</summary>
public class LossTests
{
    private static readonly RecordingEnd Done = new();

    [Theory]
    [InlineData("no resets", "the capture lost 12 frames; as far as was seen, there was no reset")]
    [InlineData("at least 1 reset", "the capture lost 12 frames; as far as was seen, there was no reset")]
    [InlineData("exactly 1 connection", "the capture lost 12 frames")]
    [InlineData("server closes first", "as far as was seen, the server closed first")]
    [InlineData("client closes first", "as far as was seen, the server closed first")]
    [InlineData("server never enters CLOSE_WAIT", "it ended in TIME_WAIT")]
    [InlineData("conn_state SF", "its conn_state is SF")]
    [InlineData("reset", "it was not reset")]
    public void ALossLeavesRulesUndecidedThatNeedEverySegment(string rule, string because)
    {
        var result = Check(rule, new TimelineEnd(Done with { DroppedByKernel = 12 }, null, 0));
        Assert.Equal(Outcome.CannotTell, result.Outcome);
        Assert.Equal((0, 0, 1), (result.Held, result.Broken, result.CannotTell));
        Assert.Contains(because, Assert.Single(result.Verdicts).Because);
    }

    [Theory]
    [InlineData("at least 13 segments", Outcome.Held)]
    [InlineData("at most 12 segments", Outcome.Broken)]
    [InlineData("handshake within 1 ms", Outcome.Held)]
    [InlineData("client never enters CLOSE_WAIT", Outcome.Broken)]
    [InlineData("client passes through CLOSE_WAIT within 10 ms", Outcome.Broken)]
    [InlineData("server ends in TIME_WAIT", Outcome.Held)]
    [InlineData("at least 1 connection", Outcome.Held)]
    public void ALossDoesNotAffectWhatWasSeen(string rule, object outcome) =>
        Assert.Equal((Outcome)outcome, Check(rule, new TimelineEnd(Done with { DroppedByKernel = 12 }, null, 0)).Outcome);

    [Fact]
    public void EachKindOfLossIsReported()
    {
        Assert.Contains("the interface dropped 1 frame;", Why(new TimelineEnd(Done with { DroppedByInterface = 1 }, null, 0)));
        Assert.Contains("1 observation was out of order", Why(new TimelineEnd(Done, null, 1)));
        Assert.Contains("3 observations were out of order", Why(new TimelineEnd(Done, null, 3)));
        Assert.Contains("the recording was cut off", Why(new TimelineEnd(null, "x ends in the middle of a block", 0)));
        Assert.Contains("lacks 1 frame;", Why(new TimelineEnd(Done, null, 0) { Missing = "its file was changed after it was recorded and lacks 1 frame." }));
        Assert.Contains("the recording ended early (The capture on\uFFFDlo ended early)", Why(new TimelineEnd(Done with { Reason = "The capture on\nlo ended early" }, null, 0)));
        Assert.Equal(Outcome.Held, Check("no resets", new TimelineEnd(Done with { Reason = "interrupted" }, null, 0)).Outcome);
    }

    [Fact]
    public void LostKernelEventsAffectStatesOnly()
    {
        var end = new TimelineEnd(Done with { TraceOverruns = 7 }, null, 0);
        Assert.Equal(Outcome.Held, Check("no resets", end).Outcome);
        var result = Check("server never enters CLOSE_WAIT", end);
        Assert.Equal(Outcome.CannotTell, result.Outcome);
        Assert.Contains("7 kernel events were lost", result.Verdicts[0].Because);
    }

    [Fact]
    public void ARuleAboutConnectionsNeedsOne()
    {
        var checker = new ExpectationChecker(new RecordingInfo(), [Expectation.Parse("no resets"), Expectation.Parse("no connections")]);
        checker.OnCompleted(new TimelineEnd(Done, null, 0));
        var results = checker.Results;
        Assert.Equal([Outcome.CannotTell, Outcome.Held], results.Select(r => r.Outcome));
        Assert.Contains("there is no connection", results[0].ToString());
    }

    [Theory]
    [InlineData("no SYN retransmissions", Outcome.CannotTell)]
    [InlineData("handshake within 1 s", Outcome.CannotTell)]
    [InlineData("client never enters SYN_SENT", Outcome.CannotTell)]
    [InlineData("client reaches FIN_WAIT_1 within 1 s", Outcome.CannotTell)]
    [InlineData("client reaches FIN_WAIT_1", Outcome.Held)]
    [InlineData("client closes first", Outcome.Held)]
    [InlineData("no resets", Outcome.Held)]
    public void TheOpeningOfAnEarlierConnectionIsUndecided(string rule, object outcome)
    {
        var played = new Script().Send(Side.Client, "P.", 5, seq: 100, ack: 300).Send(Side.Server, ".", seq: 300)
            .Send(Side.Client, "F.").Send(Side.Server, "F.").Send(Side.Client, ".").Play();
        Assert.True(played.Connections[0].BeganEarlier);
        Assert.Equal((Outcome)outcome, Check(rule, played).Outcome);
    }

    [Fact]
    public void AFinInFlightMakesNoCloseWait()
    {
        var played = new Script().Open().Send(Side.Client, "F.").Send(Side.Server, "F.", ack: 101).Send(Side.Client, ".").Send(Side.Server, ".").Play();
        Assert.Equal(Outcome.Held, Check("both close at once", played).Outcome);
        Assert.Equal(Outcome.Held, Check("server never enters CLOSE_WAIT", played).Outcome);
    }

    private static string Why(TimelineEnd end) => Check("no resets", end).Verdicts[0].Because;

    private static ExpectationResult Check(string rule, TimelineEnd end)
    {
        var loaded = Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", "both-close"));
        var checker = new ExpectationChecker(loaded.Info, [Expectation.Parse(rule)]);
        Timeline.Correlate(loaded, new OtherEnd(checker, end));
        return Assert.Single(checker.Results);
    }

    private static ExpectationResult Check(string rule, Played played)
    {
        var checker = new ExpectationChecker(new RecordingInfo { Start = new Timestamp(Script.Start) }, [Expectation.Parse(rule)]);
        foreach (var e in played.Events) checker.OnEvent(e, default);
        foreach (var connection in played.Connections)
        {
            connection.ObservedUntil = played.Events[^1].Time;
            checker.OnConnectionEnded(connection);
        }

        checker.OnCompleted(new TimelineEnd(Done with { Time = played.Events[^1].Time }, null, 0));
        return Assert.Single(checker.Results);
    }

    /// <summary>The timeline of a recording with another end.</summary>
    private sealed class OtherEnd(ITimelineSink sink, TimelineEnd end) : ITimelineSink
    {
        public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) => sink.OnEvent(timelineEvent, frame);
        public void OnConnectionEnded(Connection connection) => sink.OnConnectionEnded(connection);
        public void OnCompleted(in TimelineEnd ignored) => sink.OnCompleted(end);
    }
}
