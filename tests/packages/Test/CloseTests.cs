using System.Net;
using System.Net.Sockets;
using TcpCapture.Live;
using TcpCapture.Model;

namespace Test;

public class CloseTests
{
    [Fact]
    public async Task TheClientClosesFirstAndNoEndResets()
    {
        var obstacle = CaptureInterface.Probe("lo");
        Assert.SkipWhen(obstacle is not null, obstacle?.Message ?? "");
        var token = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = (IPEndPoint)listener.LocalEndpoint;

        await using var session = await CaptureSession.StartAsync(CaptureScope.OfPort(server.Port), cancellationToken: token);
        await Task.WhenAll(ServeOne(listener), AskOnce(server));
        var timeline = await session.FinishAsync(token);

        var connection = Assert.Single(timeline.Connections);
        Assert.Equal(ClosedBy.Client, connection.ClosedBy);
        Assert.Equal([TcpState.SynSent, TcpState.Established, TcpState.FinWait1, TcpState.FinWait2, TcpState.TimeWait], timeline.StatesOf(connection, Side.Client));
        timeline.Expect("no resets", "at most 1 SYN retransmission", "server passes through CLOSE_WAIT within 2 s");
    }

    private static async Task ServeOne(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().CopyToAsync(client.GetStream()); // until the client closes
    }

    private static async Task AskOnce(IPEndPoint server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server);
        await client.GetStream().WriteAsync("hello"u8.ToArray());
        await client.GetStream().ReadExactlyAsync(new byte[5]);
    }
}
