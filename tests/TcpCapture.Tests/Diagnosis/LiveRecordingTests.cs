using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Diagnosis;

/// <summary>What calls and kernel events add to the segments, in real recordings.</summary>
public class LiveRecordingTests
{
    [Theory]
    [InlineData("reject-admin", ConnectionOutcome.Rejected, Cause.IcmpReject, "administratively filtered, prohibited or unreachable")]
    [InlineData("connect-timeout", ConnectionOutcome.Unanswered, Cause.Unanswered, "gave up 600.3 ms after the first SYN (close, event 5)")]
    [InlineData("blackhole-usertimeout", ConnectionOutcome.TimedOut, Cause.RetransmissionTimeout, "gave up with ETIMEDOUT, which recv returned")]
    [InlineData("nagle", ConnectionOutcome.Closed, Cause.None, "4 small sends of the client (python3[2770]) waited for a delayed ACK")]
    [InlineData("selfconnect", ConnectionOutcome.Closed, Cause.SelfConnect, "The socket connected to itself")]
    [InlineData("backlog-acks", ConnectionOutcome.Stalled, Cause.BacklogOverflow, "did not take 5 ACKs")]
    public void TheCauseAndItsEvidenceAreNamed(string name, ConnectionOutcome outcome, Cause cause, string words)
    {
        var timeline = Load(name);

        Assert.Contains(timeline.Connections, connection => (connection.Diagnosis.Outcome, connection.Diagnosis.Cause) == (outcome, cause));
        Assert.Contains(timeline.Findings, finding => finding.Text.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("blackhole-usertimeout", "no captured segment or call")]
    [InlineData("selfconnect", "no captured segment or call")]
    [InlineData("selfconnect", "was captured")]
    [InlineData("backlog-acks", "last ACK has not come")]
    [InlineData("backlog-acks", "would have moved")]
    public void WhatIsExplainedIsNotCalledUnexplained(string name, string words)
    {
        var timeline = Load(name);

        Assert.DoesNotContain(timeline.Findings, finding => finding.Text.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain(timeline.Events, row => row.Note?.Contains(words, StringComparison.Ordinal) == true);
    }

    private static Timeline Load(string name) => Timeline.Load(Recording.Open(
        Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Diagnosis", "Recordings", name + ".pcapng")));
}
