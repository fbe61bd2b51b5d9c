using TcpCapture.Findings.Calls;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings.Calls;

public class DelayedSendsTests
{
    private static readonly Endpoint s_client = Endpoint.FromBytes([10, 0, 0, 1], 40000);

    [Fact]
    public void ASmallSendThatWaitedForADelayedAckIsAFinding()
    {
        var text = Assert.Single(Analysed.Texts(new DelayedSends(), Writes(ackAfter: 40)));

        Assert.StartsWith("A small send of the client waited 42.0 ms for a delayed ACK of the server: Nagle's", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAckAtOnceIsNoFinding() => Assert.Empty(Analysed.Texts(new DelayedSends(), Writes(ackAfter: 5)));

    [Fact]
    public void AFullSegmentIsNotKeptBack() => Assert.Empty(Analysed.Texts(new DelayedSends(), Writes(ackAfter: 40, length: 1460)));

    [Fact]
    public void AClosedWindowIsAnotherReason() => Assert.Empty(Analysed.Texts(new DelayedSends(), Writes(ackAfter: 40, window: 0)));

    [Fact]
    public void ASegmentLongAfterTheAckWaitedForSomethingElse() =>
        Assert.Empty(Analysed.Texts(new DelayedSends(), Writes(ackAfter: 40, then: 30)));

    [Fact]
    public void ARetransmissionIsNoDelayedSend()
    {
        var script = Opened().Call(Side.Client, "send", 2, result: 7).Send(Side.Client, "P.", 7).Wait(200)
            .Send(Side.Client, "P.", 7, seq: 101).Wait(40).Send(Side.Server, ".").Send(Side.Client, "P.", 7, seq: 101);

        Assert.Empty(Analysed.Texts(new DelayedSends(), script));
    }

    /// <summary>Two writes of the client; the server acknowledges the first after some milliseconds.</summary>
    private static Script Writes(double ackAfter, int length = 6, ushort window = 512, double then = 0) =>
        Opened().Call(Side.Client, "send", 2, result: 7).Send(Side.Client, "P.", 7).Call(Side.Client, "send", 2, result: length)
            .Wait(ackAfter).Send(Side.Server, ".", window: window).Wait(then).Send(Side.Client, "P.", length).Send(Side.Server, ".");

    private static Script Opened() => new Script().Call(Side.Client, "connect", 2, local: s_client, took: 3).Open();
}
