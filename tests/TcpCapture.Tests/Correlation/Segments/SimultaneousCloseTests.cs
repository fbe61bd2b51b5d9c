using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

/// <summary>Crossed FINs, and FINs that nearly cross.</summary>
public class SimultaneousCloseTests
{
    private const TcpFlags Ack = TcpFlags.Ack;
    private const TcpFlags Fin = TcpFlags.Fin | TcpFlags.Ack;

    private static readonly string[] Crossing =
    [
        "client FIN_WAIT_1", "server FIN_WAIT_1",
        ">F. FIN_WAIT_1 FIN_WAIT_1", "server CLOSING",
        "<F. FIN_WAIT_1 CLOSING", "client CLOSING",
        "<. CLOSING CLOSING", "client TIME_WAIT",
        ">. TIME_WAIT CLOSING", "server TIME_WAIT",
    ];

    [Fact]
    public void BothCloseCallsPutBothEndsInFinWait1BeforeEitherFinPasses()
    {
        var script = Established();
        script.Call(Side.Client, 2, "close").Call(Side.Server, 3, "close");
        Assert.Equal(Crossing, AfterOpening(Cross(script)));
        var connection = Assert.Single(script.Connections);
        Assert.True(connection.FinsCrossed);
        Assert.Equal(Side.Client, connection.FirstToFinish);
    }

    [Fact]
    public void ShutdownsOfTheSendingDirectionCountAsCloses()
    {
        var script = Established();
        script.Call(Side.Client, 2, "shutdown").Call(Side.Server, 3, "shutdown");
        Assert.Equal(Crossing, AfterOpening(Cross(script)));
    }

    [Fact]
    public void ASampleAloneShowsThatTheReceiverHadClosed()
    {
        var script = Captured();
        script.Sample(Side.Server, TcpState.Established, TcpState.FinWait1, 50_000);
        Assert.Equal(Crossing, AfterOpening(Cross(script)));
    }

    [Fact]
    public void AnEarlySampleOfFinWait1HasARowOfItsOwn()
    {
        var script = Idle(Captured()); // a sample just after a change does not contradict it
        script.Sample(Side.Server, TcpState.Established, TcpState.FinWait1, 50_000);
        script.Sample(Side.Client, TcpState.Established, TcpState.FinWait1, 50_000);
        var rows = AfterOpening(Cross(Idle(script)));
        var changes = rows.SkipWhile(row => row == "<. ESTABLISHED ESTABLISHED").ToArray();
        Assert.Equal(["client FIN_WAIT_1", "server FIN_WAIT_1"], changes[..2].Order());
        Assert.Equal(Crossing[2..], changes[2..].SkipWhile(row => row == "<. FIN_WAIT_1 FIN_WAIT_1"));
    }

    [Fact]
    public void ACaptureAloneRevokesCloseWaitWhenTheFinsCrossed()
    {
        var script = Captured();
        var rows = AfterOpening(Cross(script));
        Assert.Equal(
            ["client FIN_WAIT_1", ">F. FIN_WAIT_1 ESTABLISHED", "server CLOSE_WAIT", "server ESTABLISHED", "server FIN_WAIT_1"], rows[..5]);
        Assert.Equal(Crossing[^4..], rows[^4..]);
        Assert.True(Assert.Single(script.Connections).FinsCrossed);
    }

    [Fact]
    public void ACloseThatHasNotReturnedWhenTheFinPassesProvesNothing()
    {
        var script = Established();
        script.Call(Side.Client, 2, "close").Call(Side.Server, 3, "close", lasting: 1_000_000);
        script.Segment(Side.Client, Fin, 1001, 2001);
        script.Segment(Side.Server, Fin, 2001, 1002);
        script.Segment(Side.Client, Ack, 1002, 2002);
        Assert.Equal(
            [
                "client FIN_WAIT_1", ">F. FIN_WAIT_1 ESTABLISHED", "server CLOSE_WAIT", "server LAST_ACK",
                "<F. FIN_WAIT_1 LAST_ACK", "client FIN_WAIT_2", "client TIME_WAIT", ">. TIME_WAIT LAST_ACK", "server CLOSED",
            ],
            AfterOpening(script));
        Assert.False(Assert.Single(script.Connections).FinsCrossed);
    }

    [Fact]
    public void ACloseWithUnreadDataSendsNoFin()
    {
        var script = Established();
        script.Segment(Side.Client, Ack | TcpFlags.Psh, 1001, 2001, 10).Segment(Side.Server, Ack, 2001, 1011);
        script.Call(Side.Server, 3, "close");
        script.Segment(Side.Client, Fin, 1011, 2001);
        Assert.DoesNotContain("server FIN_WAIT_1", AfterOpening(script));
    }

    [Fact]
    public void FinsOneAfterTheOtherDoNotCross()
    {
        var script = Established();
        script.Call(Side.Client, 2, "close").Segment(Side.Client, Fin, 1001, 2001).Segment(Side.Server, Ack, 2001, 1002);
        script.Call(Side.Server, 3, "close").Segment(Side.Server, Fin, 2001, 1002).Segment(Side.Client, Ack, 1002, 2002);
        Assert.Contains("server CLOSE_WAIT", AfterOpening(script));
        Assert.False(Assert.Single(script.Connections).FinsCrossed);
    }

    private static SimultaneousScript Cross(SimultaneousScript script) => script
        .Segment(Side.Client, Fin, 1001, 2001)
        .Segment(Side.Server, Fin, 2001, 1001)
        .Segment(Side.Server, Ack, 2002, 1002)
        .Segment(Side.Client, Ack, 1002, 2002);

    /// <summary>Two milliseconds in which nothing changes.</summary>
    private static SimultaneousScript Idle(SimultaneousScript script)
    {
        for (var i = 0; i < 20; i++) script.Segment(Side.Server, Ack, 2001, 1001);
        return script;
    }

    private static SimultaneousScript Captured() => new SimultaneousScript()
        .Segment(Side.Client, TcpFlags.Syn, 1000, 0)
        .Segment(Side.Server, TcpFlags.Syn | Ack, 2000, 1001)
        .Segment(Side.Client, Ack, 1001, 2001);

    private static SimultaneousScript Established() => new SimultaneousScript()
        .Call(Side.Server, 1, "listen", toPeer: false)
        .Call(Side.Client, 2, "connect", lasting: 400_000)
        .Segment(Side.Client, TcpFlags.Syn, 1000, 0)
        .Segment(Side.Server, TcpFlags.Syn | Ack, 2000, 1001)
        .Segment(Side.Client, Ack, 1001, 2001)
        .Call(Side.Server, 1, "accept", result: 3);

    /// <summary>The rows after the handshake's last one.</summary>
    private static string[] AfterOpening(SimultaneousScript script)
    {
        var rows = script.Finish();
        return rows[(Array.IndexOf(rows, "server ESTABLISHED") + 1)..];
    }
}
