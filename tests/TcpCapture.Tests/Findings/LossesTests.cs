using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class LossesTests
{
    [Fact]
    public void AConnectionThatBeganBeforeTheRecordingIsNamed() => Assert.Equal(
        ["The connection began before the recording: its SYN was not seen."],
        Analysed.Texts(new Losses(new RecordingInfo()), new Script().Send(Side.Client, "P.", 5, seq: 100, ack: 300)
            .Send(Side.Server, "P.", 5, seq: 300, ack: 105)));

    [Fact]
    public void ManyAreCounted()
    {
        var script = new Script();
        for (ushort port = 1; port <= 11; port++)
            script.From(port).Send(Side.Client, "P.", 5, seq: 100, ack: 300).Send(Side.Server, "P.", 5, seq: 300, ack: 105);
        Assert.Equal(
            ["11 connections began before the recording (1, 2, 3, 4, 5, 6, 7, 8, 9, 10 …): their SYNs were not seen."],
            Analysed.Texts(new Losses(new RecordingInfo()), script));
    }

    [Fact]
    public void OneDirectionAloneIsNamed() => Assert.Contains(
        "No segment of the server was captured, although the other end acknowledged some: what it did, and how the connection ended, is unknown.",
        Analysed.Texts(new Losses(new RecordingInfo()), new Script().Send(Side.Client, "S", seq: 100)
            .Send(Side.Client, ".", seq: 101, ack: 301)));

    [Theory]
    [InlineData(1, "The kernel dropped 1 frame because the capture buffer was full: segments may be missing.")]
    [InlineData(2, "The kernel dropped 2 frames because the capture buffer was full: segments may be missing.")]
    public void DroppedFramesAreCounted(long dropped, string expected) =>
        Assert.Equal([expected], AtEnd(new RecordingEnd { DroppedByKernel = dropped }));

    [Fact]
    public void EachLossIsASentence() => Assert.Equal(
        [
            "The interface dropped 3 frames: segments may be missing.",
            "1 kernel event was lost or unreadable: changes that seem not to have happened may have happened.",
            "States were sampled, not traced, towards the end: no memory.",
            "Socket calls may be missing or assigned to the wrong socket: why.",
            "2 connections of other processes were left out.",
            "Owner unknown for 1 connection: kept, but perhaps of another process.",
            "1 observation came too late to be put in order.",
            "The recording was cut off: here",
            "Part of the recording is missing: all",
            "Timed out.",
            "The recording ended early: disk full.",
            "The longest time between two samples was 30.0 ms instead of 1.0 ms: shorter states may have been missed.",
        ],
        AtEnd(
            new RecordingEnd
            {
                DroppedByInterface = 3,
                TraceOverruns = 1,
                TraceFailure = "no memory",
                CallsIncomplete = "why",
                ConnectionsLeftOut = 2,
                ConnectionsOfUnknownOwner = 1,
                Notes = ["Timed out."],
                Reason = "disk full",
                LongestSamplingGapNanoseconds = 30_000_000,
            },
            new RecordingInfo { SampleIntervalNanoseconds = 1_000_000 },
            cutOff: "here",
            missing: "all",
            late: 1));

    [Fact]
    public void TheSecondHostIsNamed() => Assert.Equal(
        ["At the second host (b): The kernel dropped 1 frame because the capture buffer was full: segments may be missing."],
        AtEnd(new RecordingEnd { Peer = new RecordingEnd { DroppedByKernel = 1 } }, new RecordingInfo { Peer = new RecordingInfo { Host = "b" } }));

    [Fact]
    public void ConnectionsBeyondTheLimitAreCounted()
    {
        var losses = new Losses(new RecordingInfo());
        losses.OnCompleted(new TimelineEnd(null, null, 0) { GivenUp = 2 });
        Assert.StartsWith("2 connections are no longer followed: too many were open", Assert.Single(losses.Findings).Text);
    }

    private static string[] AtEnd(RecordingEnd end, RecordingInfo? info = null, string? cutOff = null, string? missing = null, long late = 0)
    {
        var losses = new Losses(info ?? new RecordingInfo());
        losses.OnCompleted(new TimelineEnd(end, cutOff, late) { Missing = missing });
        return [.. losses.Findings.Select(finding => finding.Text)];
    }
}
