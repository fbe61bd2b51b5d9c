using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A listener and an established connection to it, both in this process.</summary>
internal sealed class EstablishedPair : IDisposable
{
    private readonly TcpListener _listener;
    private readonly List<Socket> _sockets = [];

    public EstablishedPair(string port)
    {
        _listener = new TcpListener(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        _listener.Start();
        (Client, Server) = Connect();
    }

    public Socket Client { get; }

    public Socket Server { get; }

    /// <summary>Opens one more connection; Dispose closes both its ends.</summary>
    public (Socket Client, Socket Server) Connect()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets.Add(client);
        client.Connect(_listener.LocalEndpoint);
        var server = _listener.AcceptSocket();
        _sockets.Add(server);
        server.NoDelay = true;
        return (client, server);
    }

    /// <summary>Sends bytes in both directions and waits until they have arrived.</summary>
    public void Exchange(int times = 1)
    {
        var buffer = new byte[16];
        for (var i = 0; i < times; i++)
        {
            Client.Send(buffer);
            Assert.Equal(buffer.Length, Server.Receive(buffer));
            Server.Send(buffer);
            Assert.Equal(buffer.Length, Client.Receive(buffer));
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _listener.Dispose();
    }
}
