using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>Sockets with the same addresses: in another network namespace, or in succession.</summary>
public class TraceNamesakeTests
{
    private const ulong Foreign = 0xF0;

    [Fact]
    public void ChangesOfAnotherNamespacesSocketAreIgnoredWithAFinding()
    {
        var played = new Script().OpenTraced().Wait(50)
            .Report(Side.Client, TcpState.Established, TcpState.CloseWait, socket: Foreign)
            .Report(Side.Server, TcpState.Established, TcpState.FinWait1, socket: Foreign + 1)
            .Report(Side.Client, TcpState.CloseWait, TcpState.Closed, socket: Foreign).Wait(50)
            .Send(Side.Client, "P.", 3).Play();

        Assert.Equal(4, played.Changes.Length);
        Assert.Equal("client P. ESTABLISHED/ESTABLISHED", played.Segments[^1]);
        Assert.Contains("another network namespace", Assert.Single(played.Disagreements));
    }

    [Fact]
    public void TheSameChangeOfAnotherNamespacesSocketIsNotTakenForOurs()
    {
        var played = new Script().OpenTraced()
            .Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.5, socket: Foreign)
            .Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.9).Send(Side.Client, "F.").Play();

        Assert.Equal("3.9", Script.Milliseconds(played.Change(Side.Client, TcpState.FinWait1).Time));
    }

    [Fact]
    public void AnotherNamespacesKernelEventDeniesNothingOfOurSocket()
    {
        var played = new Script().OpenTraced().Report(Side.Client, TcpState.Established, TcpState.FinWait1, after: 0.9)
            .Send(Side.Client, "F.")
            .Report(Side.Server, TcpState.Established, TcpState.CloseWait, after: 0.01, socket: Foreign).Wait(100)
            .Send(Side.Client, "F.", seq: 101).Play();

        Assert.Equal("client F. FIN_WAIT_1/ESTABLISHED", played.Segments[^1]);
    }

    [Fact]
    public void AnotherNamespacesListenerOnTheSamePortDoesNotCloseOurs()
    {
        var played = new Script().ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05).Listen()
            .Wait(50).ReportListener(TcpState.Closed, TcpState.Listen, socket: Foreign)
            .Wait(50).ReportListener(TcpState.Listen, TcpState.Closed, socket: Foreign).Wait(50).Send(Side.Client, "S", seq: 1).Play();

        Assert.Equal("listener CLOSED→LISTEN traced", played.Changes[0]);
        Assert.Equal("client S SYN_SENT/LISTEN", played.Segments[0]);
        Assert.DoesNotContain("listener LISTEN→CLOSED traced", played.Changes);
    }

    [Fact]
    public void AReopenedListenerIsAnotherSocket()
    {
        var played = new Script()
            .ReportListener(TcpState.Closed, TcpState.Listen, after: 2.05, socket: 1).Listen()
            .ReportListener(TcpState.Listen, TcpState.Closed, after: 1.05, socket: 1).Call(Side.Server, "close", 1)
            .Wait(5).ReportListener(TcpState.Closed, TcpState.Listen, socket: 2).Wait(50)
            .ReportListener(TcpState.Listen, TcpState.Closed, socket: 2).Wait(50).Send(Side.Client, "S", seq: 1).Play();

        Assert.Equal(
            ["listener CLOSED→LISTEN traced", "listener LISTEN→CLOSED traced", "listener CLOSED→LISTEN traced", "listener LISTEN→CLOSED traced"],
            played.Changes[..4]);
    }

    /// <summary>The client forgets its connection and opens another from the same port: two sockets, one four-tuple.</summary>
    [Fact]
    public void SuccessiveSocketsOnOneFourTupleAreDistinguished()
    {
        var played = new Script().OpenTraced(client: 7, server: 8).Wait(30)
            .Report(Side.Client, TcpState.Established, TcpState.Closed, socket: 7).Wait(10)
            .Report(Side.Client, TcpState.Closed, TcpState.SynSent, after: 0.99, socket: 9, portless: true)
            .Send(Side.Client, "S", seq: 70000)
            .Send(Side.Server, ".", seq: 301, ack: 101)
            .ReportReset(Side.Client, "TCP_INVALID_ACK_SEQUENCE", after: 0.9).Send(Side.Client, "R", seq: 101)
            .Report(Side.Server, TcpState.Established, TcpState.Closed, after: 0.01, socket: 8)
            .Wait(1000).Send(Side.Client, "S", seq: 70000).Send(Side.Server, "S.", seq: 900, ack: 70001)
            .Report(Side.Client, TcpState.SynSent, TcpState.Established, after: 0.005, socket: 9)
            .Send(Side.Client, ".", seq: 70001, ack: 901)
            .Report(Side.Server, TcpState.SynRecv, TcpState.Established, after: 0.007, socket: 10).Play();

        var changes = played.Events.Where(e => e.Kind == EventKind.State)
            .Select(e => $"{e.Connection!.Number} {e.Side!.Value.ToText()} {e.NewState.ToRfcName()} {e.Evidence.ToText()}");
        Assert.Equal(
            [
                "1 client SYN_SENT traced", "1 server SYN_RECV inferred", "1 client ESTABLISHED traced", "1 server ESTABLISHED traced",
                "1 client CLOSED traced", "2 client SYN_SENT traced", "1 server CLOSED traced", "2 server SYN_RECV inferred",
                "2 client ESTABLISHED traced", "2 server ESTABLISHED traced",
            ],
            changes);
        var diagnosis = played.Connections.Single(c => c.Number == 1).Diagnosis;
        Assert.Equal((Cause.HalfOpen, "TCP_INVALID_ACK_SEQUENCE"), (diagnosis.Cause, diagnosis.KernelReason));
        Assert.Empty(played.Disagreements);
    }
}
