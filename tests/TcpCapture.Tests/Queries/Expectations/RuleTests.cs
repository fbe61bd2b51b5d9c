using TcpCapture.Queries.Expectations;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Queries.Expectations;

/// <summary>Every kind of rule, held, broken and undecidable, on recordings of real kernels.</summary>
public class RuleTests
{
    [Theory]
    [InlineData("both-close", "no resets")]
    [InlineData("both-close", "no retransmissions")]
    [InlineData("both-close", "at most 1 SYN retransmission")]
    [InlineData("both-close", "exactly 13 segments")]
    [InlineData("both-close", "exactly 28 bytes by client")]
    [InlineData("both-close", "exactly 1 connection")]
    [InlineData("both-close", "server closes first")]
    [InlineData("both-close", "server ends in TIME_WAIT")]
    [InlineData("both-close", "client ends in CLOSED")]
    [InlineData("both-close", "client passes through CLOSE_WAIT within 100 ms")]
    [InlineData("both-close", "client passes through CLOSE_WAIT")]
    [InlineData("both-close", "client reaches ESTABLISHED within 50 ms")]
    [InlineData("both-close", "client reaches ESTABLISHED within 27 us")]
    [InlineData("both-close", "server never enters CLOSE_WAIT")]
    [InlineData("both-close", "handshake within 1 ms")]
    [InlineData("both-close", "conn_state SF")]
    [InlineData("both-close", "no connection stays in CLOSE_WAIT longer than 5 s")]
    [InlineData("both-close", "server never stays in CLOSE_WAIT longer than 1 ms")]
    [InlineData("both-close", "no connection has cause injected")]
    [InlineData("both-close", "outcome is closed")]
    [InlineData("both-close", "cause is none")]
    [InlineData("abort", "outcome is reset or refused")]
    [InlineData("abort", "cause is linger-zero")]
    [InlineData("abort", "if reset by client then cause is linger-zero")]
    [InlineData("both-close", "if client closes first then at least 1 reset")]
    [InlineData("refused", "some connection: cause is no-listener")]
    [InlineData("both-close-traced", "client reaches ESTABLISHED within 1 ms")]
    [InlineData("both-close-traced", "client passes through LAST_ACK within 1 ms")]
    [InlineData("simultaneous-close", "both close at once")]
    [InlineData("exchange", "nobody closes")]
    [InlineData("abort", "reset by client because linger-zero")]
    [InlineData("abort", "exactly 1 reset by client")]
    [InlineData("data-after-close", "reset by server")]
    [InlineData("refused", "reset because no-listener")]
    [InlineData("refused", "client never enters ESTABLISHED")]
    [InlineData("listener-close", "connection 2: reset by server because listener-closed")]
    [InlineData("listener-close", "some connection: reset")]
    [InlineData("listener-close", "connection 1: no resets")]
    [InlineData("backlog-full", "some connection: at least 2 SYN retransmissions")]
    [InlineData("backlog-full", "conn_state S1 or S0")]
    [InlineData("unreachable", "exactly 3 SYN retransmissions by client")]
    [InlineData("client-close", "server reaches CLOSE_WAIT")]
    public void Holds(string recording, string rule) => Judged(recording, rule, Outcome.Held);

    [Theory]
    [InlineData("both-close", "at least 1 reset", "there was no reset")]
    [InlineData("both-close", "exactly 14 segments", "there were 13 segments")]
    [InlineData("both-close", "no connections", "there was 1 connection")]
    [InlineData("both-close", "client closes first", "the server closed first", 29, 36)]
    [InlineData("both-close", "client ends in TIME_WAIT", "the client ended in CLOSED (sampled)", 39)]
    [InlineData("both-close", "client passes through CLOSE_WAIT within 10 ms", "in CLOSE_WAIT (inferred)", 30, 35)]
    [InlineData("both-close", "client reaches TIME_WAIT", "the client never entered TIME_WAIT: it ended in CLOSED", 39)]
    [InlineData("both-close", "client never enters CLOSE_WAIT", "the client entered CLOSE_WAIT (sampled)", 30)]
    [InlineData("both-close", "handshake within 20 us", "the handshake took 26 µs", 8, 12)]
    [InlineData("both-close", "reset", "it was not reset")]
    [InlineData("both-close", "no connection stays in CLOSE_WAIT longer than 10 ms", "in CLOSE_WAIT (inferred)", 30, 35)]
    [InlineData("both-close", "outcome is reset", "its outcome is closed")]
    [InlineData("both-close", "if server closes first then at least 1 reset", "there was no reset")]
    [InlineData("abort", "no connection has cause linger-zero", "its cause is linger-zero")]
    [InlineData("both-close", "conn_state S1", "its conn_state is SF, its history ShADadfF", 29, 36)]
    [InlineData("both-close-traced", "client reaches CLOSE_WAIT within 1 ms", "after the SYN (traced)")]
    [InlineData("exchange", "client closes first", "neither end sent a FIN")]
    [InlineData("abort", "no resets", "there was 1 reset")]
    [InlineData("abort", "client closes first", "neither end sent a FIN: the client reset it")]
    [InlineData("abort", "reset by server", "the client reset it (linger-zero): The client")]
    [InlineData("abort", "reset because unread-data", "the client reset it (linger-zero")]
    [InlineData("refused", "handshake within 1 s", "the handshake was not completed: Nobody listens on 127.0.0.1:12345", 4)]
    [InlineData("unreachable", "at most 1 SYN retransmission", "there were 3 SYN retransmissions")]
    [InlineData("client-close", "server passes through CLOSE_WAIT", "still in CLOSE_WAIT when the observation ended")]
    [InlineData("client-close", "server passes through CLOSE_WAIT within 1 us", "still in CLOSE_WAIT when the observation ended")]
    [InlineData("backlog-full", "no retransmissions", "there were 2 retransmissions")]
    [InlineData("exchange", "some connection: reset", "it was not reset")]
    public void IsBroken(string recording, string rule, string because, params int[] events)
    {
        var verdict = Judged(recording, rule, Outcome.Broken).Verdicts[0];
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains(because, verdict.Because);
        if (events.Length > 0) Assert.Equal(events, verdict.Events.Select(e => (int)e.Number));
    }

    [Theory]
    [InlineData("refused", "server ends in CLOSED", "nothing in the recording shows the server's state")]
    [InlineData("refused", "server never enters CLOSE_WAIT", "nothing in the recording shows the server's state")]
    [InlineData("both-close", "client passes through CLOSE_WAIT within 46500 us", "the client spent between 46.3 ms and 47.2 ms in CLOSE_WAIT (inferred)")]
    [InlineData("both-close", "server passes through TIME_WAIT within 60 s", "the server was still in TIME_WAIT when the observation ended, after")]
    [InlineData("both-close", "connection 7: no resets", "there is no connection 7")]
    public void IsUndecided(string recording, string rule, string because)
    {
        var verdict = Judged(recording, rule, Outcome.CannotTell).Verdicts[0];
        Assert.Equal(Outcome.CannotTell, verdict.Outcome);
        Assert.Contains(because, verdict.Because);
    }

    [Fact]
    public void ARuleThatFailsShowsItsEvents() => Assert.Equal(
        """
        BROKEN: client closes first
          connection 1 (127.0.0.1:55504 → 127.0.0.1:12345): the server closed first
            event 29       0.129875 s  server F.
            event 36       0.177048 s  client F.
        """.ReplaceLineEndings(), Judged("both-close", "client closes first", Outcome.Broken).ToString());

    private static ExpectationResult Judged(string recording, string rule, Outcome outcome)
    {
        var loaded = Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", recording));
        var checker = new ExpectationChecker(loaded.Info, [Expectation.Parse(rule)]);
        Timeline.Correlate(loaded, checker);
        var result = Assert.Single(checker.Results);
        Assert.True(result.Outcome == outcome, $"expected {outcome.ToText()}:\n{result}\n{string.Join('\n', result.Verdicts)}");
        return result;
    }
}
