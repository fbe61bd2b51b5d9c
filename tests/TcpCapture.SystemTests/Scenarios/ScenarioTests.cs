using System.Net;
using TcpCapture.Live.Scenarios;

namespace TcpCapture.SystemTests.Scenarios;

/// <summary>The complete sequence of segments and calls of each scenario, in three runs, over IPv4 and IPv6.</summary>
public class ScenarioTests
{
    private const string Open = ">S <S. >. ";
    private const string Asked = Open + ">P. <. >P. <. >P. <. ";
    private const string Answered = Asked + "<P. >.";

    private const string OpenCalls = "s:socket=1 s:bind=0 s:listen=0 c:socket=2 c:connect=0 s:accept=3 ";
    private const string AskCalls = "c:send=25 s:recv=25 c:send=25 s:recv=25 c:send=3 s:recv=3 ";
    private const string AskedCalls = OpenCalls + AskCalls;
    private const string AnsweredCalls = AskedCalls + "s:send=7 c:recv=7";

    private static readonly (string Scenario, string Segments, string Calls)[] Expected =
    [
        ("exchange", Answered, AnsweredCalls),
        ("client-close", Answered + " >F. <.", AnsweredCalls + " c:close=0"),
        ("server-close", Answered + " <F. >.", AnsweredCalls + " s:close=0"),
        ("both-close", Answered + " <F. >. >F. <.", AnsweredCalls + " s:close=0 c:recv=0 c:close=0"),
        ("listener-close",
            Open + "2>S 2<S. 2>. 2<R. >P. <. >P. <. >P. <. <P. >.",
            OpenCalls + "c:socket=4 c:connect=0 s:close=0 c:recv=ECONNRESET " + AskCalls + "s:send=7 c:recv=7"),
        ("refused", ">S <R.", "c:socket=1 c:connect=ECONNREFUSED"),
        ("backlog-full",
            ">S <S. >. 2>S 2<S. 2>. 3>S 3>S 3>S",
            "s:socket=1 s:bind=0 s:listen=0 c:socket=2 c:connect=0 c:socket=3 c:connect=0 c:socket=4 c:connect…"),
        ("killed", Answered + " >F. <.", AnsweredCalls + " c:fork c:kill=0 s:recv=0"),
        ("killed-unread", Answered + " >R.", AskedCalls + "s:send=7 c:fork c:kill=0 s:recv=ECONNRESET"),
        ("abort", Answered + " >R.", AnsweredCalls + " c:setsockopt=0 c:close=0 s:recv=ECONNRESET"),
        ("data-after-close", Answered + " <F. >. >P. <R", AnsweredCalls + " s:close=0 c:send=25 c:send=EPIPE"),
        ("half-open",
            Answered + " >S <. >R >S <S. >.",
            AnsweredCalls.Replace("c:socket=2 ", "c:socket=2 c:bind=0 ", StringComparison.Ordinal) + " c:setsockopt=0 c:close=0 c:socket=4 c:bind=0 c:connect=0 s:recv=ECONNRESET s:accept=5"),
        ("half-close",
            Asked + ">F. <. <P. >. <P. >. <F. >.",
            AskedCalls + "c:shutdown=0 s:recv=0 s:send=25 c:recv=25 s:send=25 c:recv=25 s:close=0 c:recv=0 c:close=0"),
        ("backlog-full-abort",
            ">S <S. >. 2>S 2<S. 3>S 3<S. 3>. 2>. 2<R",
            "s:socket=1 s:bind=0 s:listen=0 c:socket=2 c:connect=0 c:socket=3 c:setsockopt=0 c:connect=0 c:socket=4 c:connect=0 c:recv=ECONNRESET"),
        ("unreachable", ">S >S >S", "c:socket=1 c:connect…"),
        ("simultaneous-close", Answered + " >F. <F. <. >.", AnsweredCalls + " c:close=0 s:close=0"),
        ("simultaneous-open",
            ">S <S <S. >S. >. <. >P. <. >P. <. >P. <. <P. >.",
            "s:socket=1 s:bind=0 c:socket=2 c:bind=0 c:connect=EINPROGRESS s:connect=EINPROGRESS c:getsockopt=0 s:getsockopt=0 "
            + AskCalls + "s:send=7 c:recv=7"),
    ];

    public static TheoryData<string, string, int> Rows()
    {
        var rows = new TheoryData<string, string, int>();
        foreach (var (expected, index) in Expected.Select((expected, index) => (expected, index)))
        {
            rows.Add(expected.Scenario, "127.0.0.1", 20_300 + 3 * index);
            rows.Add(expected.Scenario, "::1", 20_300 + 3 * index);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task CausesExactlyItsSegmentsAndCalls(string scenario, string address, int port)
    {
        Requirements.SkipUnlessRoot();
        var (_, segments, calls) = Expected.Single(expected => expected.Scenario == scenario);
        var options = new ExchangeOptions { Address = IPAddress.Parse(address), Messages = 2, Backlog = 1 };
        var runs = Enumerable.Range(0, 3).Select(i => Task.Factory.StartNew(
            () => Run(options with { Port = port + i }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        foreach (var run in await Task.WhenAll(runs))
        {
            Assert.Equal(segments, WithoutLateSyns(run.Segments, segments));
            Assert.Equal(calls, run.Calls);
            Assert.Empty(run.Notes);
        }

        RecordedRun Run(ExchangeOptions own) => ScenarioCatalog.Find(scenario)!.NeedsPrivateNamespaceFor(own)
            ? PrivateNetwork.Run(() => RecordedRun.Of(scenario, WithinTime(own with { IsPrivateNamespace = true })))
            : RecordedRun.Of(scenario, own);

        // unreachable takes 131 s without a limit: the third SYN is sent after 2 s, the fourth after 3 s.
        ExchangeOptions WithinTime(ExchangeOptions own) =>
            scenario == "unreachable" ? own with { Duration = TimeSpan.FromSeconds(2.5) } : own;
    }

    /// <summary>
    /// A scenario that waits for SYN retransmissions ends after one. On a machine that stalls for a second, the kernel can
    /// send another one before the end.
    /// </summary>
    private static string WithoutLateSyns(string seen, string expected)
    {
        var last = expected[(expected.LastIndexOf(' ') + 1)..];
        if (!last.EndsWith(">S", StringComparison.Ordinal) || !expected.EndsWith($"{last} {last}", StringComparison.Ordinal)) return seen;
        while (seen.Length > expected.Length && seen.EndsWith(" " + last, StringComparison.Ordinal)) seen = seen[..^(last.Length + 1)];
        return seen;
    }

    [Fact]
    public void EveryScenarioHasItsSequenceInTheTable() =>
        Assert.Equal(ScenarioCatalog.All.Select(scenario => scenario.Name).Order(), Expected.Select(expected => expected.Scenario).Order());

    [Fact]
    public void AHundredRunsOfBothCloseAreTheSame()
    {
        Requirements.SkipUnlessRoot();
        var options = new ExchangeOptions { Port = 20_130 };
        var first = RecordedRun.Of("both-close", options, TimeSpan.FromMilliseconds(50));
        for (var i = 1; i < 100; i++)
        {
            var run = RecordedRun.Of("both-close", options, TimeSpan.FromMilliseconds(50));
            Assert.Equal((first.Segments, first.Calls), (run.Segments, run.Calls));
        }
    }

    [Theory]
    [InlineData("simultaneous-close", "127.0.0.1")]
    [InlineData("simultaneous-close", "::1")]
    [InlineData("simultaneous-open", "127.0.0.1")]
    [InlineData("simultaneous-open", "::1")]
    public void TwentyRunsOfASimultaneousScenarioAreTheSame(string scenario, string address)
    {
        Requirements.SkipUnlessRoot();
        var (_, segments, calls) = Expected.Single(expected => expected.Scenario == scenario);
        var options = new ExchangeOptions { Address = IPAddress.Parse(address), Messages = 2, IsPrivateNamespace = true };
        for (var i = 0; i < 20; i++)
        {
            var run = PrivateNetwork.Run(() => RecordedRun.Of(scenario, options, TimeSpan.FromMilliseconds(50)));
            Assert.Equal((segments, calls), (run.Segments, run.Calls));
        }
    }

    [Theory]
    [InlineData("simultaneous-close")]
    [InlineData("simultaneous-open")]
    public void SimultaneousScenariosNeedBothProgramsHereAndALoopbackAddress(string scenario)
    {
        Requirements.SkipUnlessRoot();
        var options = new ExchangeOptions { IsPrivateNamespace = true };
        var role = Assert.Throws<ExchangeException>(() => Run(options with { Role = ExchangeRole.Client }));
        Assert.Equal(Remedy.RunBothEnds, role.Remedy);
        var address = Assert.Throws<ExchangeException>(() => Run(options with { Address = IPAddress.Parse("192.0.2.1") }));
        Assert.Contains("192.0.2.1", address.Message);

        RecordedRun Run(ExchangeOptions own) => PrivateNetwork.Run(() => RecordedRun.Of(scenario, own));
    }

    [Fact]
    public void EachMessageIsAcknowledgedDespiteDelayedAcks()
    {
        Requirements.SkipUnlessRoot();
        var run = RecordedRun.Of("exchange", new ExchangeOptions { Port = 20_131, Messages = 40 });
        Assert.Equal(Open + string.Concat(Enumerable.Repeat(">P. <. ", 41)) + "<P. >.", run.Segments);
        Assert.Empty(run.Notes);
    }
}
