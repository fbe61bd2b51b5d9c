using System.Net;
using System.Net.Sockets;

namespace CloseTest;

/// <summary>The program under test: a server that echoes what one client sends.</summary>
internal sealed class EchoServer
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public EchoServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connects, sends five bytes, reads them back and closes.</summary>
    public async Task AskOnceAsync()
    {
        var serving = ServeOneAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("hello"u8.ToArray());
            await client.GetStream().ReadExactlyAsync(new byte[5]);
        }

        await serving;
        _listener.Stop();
    }

    private async Task ServeOneAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await client.GetStream().CopyToAsync(client.GetStream()); // until the client closes
    }
}
