using System.Net;
using System.Net.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>A listener and one connection over loopback, both ends in this process.</summary>
internal sealed class LoopbackConnection : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _accepted;

    public LoopbackConnection()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(5);
        _client.Connect(_listener.LocalEndPoint!);
        _accepted = _listener.Accept();
        Server = Endpoint.From((IPEndPoint)_listener.LocalEndPoint!);
        ClientEnd = new FourTuple(Endpoint.From((IPEndPoint)_client.LocalEndPoint!), Server);
    }

    public Endpoint Server { get; }
    public FourTuple ClientEnd { get; }

    public void Dispose()
    {
        _client.Dispose();
        _accepted.Dispose();
        _listener.Dispose();
    }
}
