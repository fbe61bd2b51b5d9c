using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Diagnosis;

/// <summary>Silence in a merged recording: what reached the other host's capture was not lost on the way.</summary>
public class ArrivalRulesTests
{
    [Fact]
    public void ASynThatTheServersHostCapturedDidNotReachItsTcp()
    {
        var diagnosis = Unanswered(Arrived(2), Arrived(1003), Arrived(3004));

        Assert.Equal((Cause.Unanswered, "reached the host, not its TCP"), (diagnosis.Cause, diagnosis.Summary));
        Assert.EndsWith("All SYNs reached the server's host, where the capture has them, but not its TCP.", diagnosis.What, StringComparison.Ordinal);
    }

    [Fact]
    public void ASynThatTheServersHostDidNotCaptureWasLostOnTheWay()
    {
        var diagnosis = Unanswered(Lost(), Lost(), Lost());

        Assert.EndsWith("None reached the server's host.", diagnosis.What, StringComparison.Ordinal);
        Assert.DoesNotContain("not its TCP", diagnosis.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SomeOfTheSynsAreCounted() =>
        Assert.Contains("2 of 3 SYNs reached", Unanswered(Arrived(2), Lost(), Arrived(3004)).What, StringComparison.Ordinal);

    /// <summary>The other host's capture dropped frames: nothing is known of those it does not have.</summary>
    [Fact]
    public void WhatMayHaveBeenMissedProvesNothing() =>
        Assert.DoesNotContain("reach", Unanswered(Arrived(2), Lost() with { MayHaveBeenMissed = true }, Lost()).What, StringComparison.Ordinal);

    [Fact]
    public void WithoutASecondHostNothingIsSaidOfIt() =>
        Assert.DoesNotContain("reach", Unanswered(null, null, null).What, StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "All retransmissions reached the server's host, where the capture has them, but not its TCP.")]
    [InlineData(false, "No retransmission reached the server's host: each was lost on the way.")]
    public void DataThatWasNeverAcknowledged(bool arrives, string expected)
    {
        var script = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, "P.", 7).Send(Side.Client, "P.", 5, seq: 106);
        for (var i = 0; i < 5; i++)
            script.Wait(200 << i).Send(Side.Client, "P.", 5, seq: 106, passage: arrives ? Arrived(100 + (400 << i)) : Lost());

        var diagnosis = Assert.Single(script.Wait(20_000).Play().Connections).Diagnosis;
        Assert.Equal(Cause.RetransmissionTimeout, diagnosis.Cause);
        Assert.EndsWith(expected, diagnosis.What, StringComparison.Ordinal);
    }

    /// <summary>The first data of a connection is lost on the way: the accept queue is not to blame.</summary>
    [Fact]
    public void LostDataIsNoFullAcceptQueue()
    {
        var script = new Script().Open().Send(Side.Client, "P.", 5, seq: 101);
        for (var i = 0; i < 5; i++) script.Wait(200 << i).Send(Side.Client, "P.", 5, seq: 101, passage: Lost());

        Assert.Equal(Cause.RetransmissionTimeout, Assert.Single(script.Wait(20_000).Play().Connections).Diagnosis.Cause);
    }

    private static ConnectionDiagnosis Unanswered(FramePassage? first, FramePassage? second, FramePassage? third) => Assert.Single(new Script()
        .Send(Side.Client, "S", seq: 100, passage: first).Wait(1000).Send(Side.Client, "S", seq: 100, passage: second)
        .Wait(2000).Send(Side.Client, "S", seq: 100, passage: third).Wait(4000).Play().Connections).Diagnosis;

    private static FramePassage Arrived(double milliseconds) =>
        Lost() with { Arrival = new Timestamp(Script.Start + (long)(milliseconds * 1e6)), ArrivalErrorNanoseconds = 0, ArrivalFrame = 1 };

    private static FramePassage Lost() => new() { Kind = PassageKind.Sent, Host = 0, HostFrame = 1 };
}
