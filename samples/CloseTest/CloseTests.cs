// A test of your own programs: the client closes first, and no end resets.   (as root; otherwise it is skipped)
using TcpCapture;
using TcpCapture.Live;
using TcpCapture.Model;

namespace CloseTest;

public class CloseTests
{
    [Fact]
    public async Task TheClientClosesFirstAndNoEndResets()
    {
        if (CaptureInterface.Probe("lo") is { } obstacle) Assert.Skip(obstacle.Message);
        var server = new EchoServer();

        await using var session = await CaptureSession.StartAsync(CaptureScope.OfPort(server.Port));
        await server.AskOnceAsync();
        Timeline timeline = await session.FinishAsync();
        var connection = Assert.Single(timeline.Connections);
        Assert.Equal(ClosedBy.Client, connection.ClosedBy);
        Assert.Equal("SynSent Established FinWait1 FinWait2 TimeWait", string.Join(' ', timeline.StatesOf(connection, Side.Client)));
        timeline.Expect("no resets", "at most 1 SYN retransmission", "server passes through CLOSE_WAIT within 2 s");
    }
}
