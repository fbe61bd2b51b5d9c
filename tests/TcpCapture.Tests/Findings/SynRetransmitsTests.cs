using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class SynRetransmitsTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["net.ipv4.tcp_syn_retries"] = "2" };

    [Fact]
    public void RetransmissionsHaveTheirIntervalsAndOutcome() => Assert.Equal(
        ["The SYN was retransmitted 2 times, after 1.001 s, 2.001 s; then it was answered."],
        Analysed.Texts(new SynRetransmits(new Dictionary<string, string>()),
            Syns(1000, 2000).Send(Side.Server, "S.", seq: 300).Send(Side.Client, ".", seq: 101)));

    [Fact]
    public void ThisMachinesSettingsPredictTheNextSynAndTheTimeout() => Assert.Equal(
        ["The SYN was retransmitted once, after 1.001 s; nobody answered; by this machine's settings the next SYN follows 2 s after the last, and connect fails with ETIMEDOUT about 7 s after the first."],
        Analysed.Texts(new SynRetransmits(Settings), Syns(1000)));

    [Fact]
    public void AfterTheLastSynOnlyTheTimeoutIsPredicted() => Assert.Equal(
        ["The SYN was retransmitted 2 times, after 1.001 s, 2.001 s; nobody answered; that was the last SYN, connect fails with ETIMEDOUT about 7 s after the first."],
        Analysed.Texts(new SynRetransmits(Settings), Syns(1000, 2000)));

    [Fact]
    public void EverySynIsAnAttemptWithItsScheduleInterval()
    {
        var analysis = new SynRetransmits(Settings);
        var attempts = new List<SynAttempt>();
        analysis.Attempted += attempts.Add;
        Analysed.Texts(analysis, Syns(1000, 2000));

        Assert.Equal([1, 2, 3], attempts.Select(attempt => attempt.Attempt));
        Assert.Equal([null, 1.001, 2.001], attempts.Select(attempt => attempt.Interval));
        Assert.Equal([null, 1, 2], attempts.Select(attempt => attempt.Expected));
        Assert.All(attempts, attempt => Assert.Equal("rfc6298", attempt.Schedule));
    }

    [Fact]
    public void ASingleSynIsAnAttemptWithoutAFinding()
    {
        var analysis = new SynRetransmits(Settings);
        var attempts = new List<SynAttempt>();
        analysis.Attempted += attempts.Add;
        Assert.Empty(Analysed.Texts(analysis, new Script().Open()));
        Assert.Equal((1, null, ""), (Assert.Single(attempts).Attempt, attempts[0].Interval, attempts[0].Schedule));
    }

    private static Script Syns(params double[] waits)
    {
        var script = new Script().Send(Side.Client, "S", seq: 100);
        foreach (var wait in waits) script.Wait(wait).Send(Side.Client, "S", seq: 100);
        return script;
    }
}

public class RefusedSynTests
{
    [Fact]
    public void WindowsRetransmitsHalfASecondAfterEachRefusal()
    {
        var script = new Script();
        for (var i = 0; i < 5; i++) script.Send(Side.Client, "S", seq: 100).Send(Side.Server, "R.", seq: 0, ack: 101).Wait(498);

        Assert.Contains(script.Play().Findings, finding => finding.Contains("as Windows does", StringComparison.Ordinal));
    }
}
