using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A listener and a connection to it, both of this process, as a recorder finds them.</summary>
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

    /// <summary>One more connection; both its ends close with this.</summary>
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

    /// <summary>Bytes there and back, until they have come: so many segments have passed.</summary>
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
