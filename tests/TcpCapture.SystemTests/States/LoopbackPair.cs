using System.Net;
using System.Net.Sockets;
using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States;

/// <summary>A listener, and on demand a connection to it, over loopback.</summary>
internal sealed class LoopbackPair : IDisposable
{
    public LoopbackPair(IPAddress bind, IPAddress connect, int backlog = 5, bool dualMode = false)
    {
        Listener = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (dualMode) Listener.DualMode = true;
        Listener.Bind(new IPEndPoint(bind, 0));
        Listener.Listen(backlog);
        ServerAddress = Endpoint.From(connect, ((IPEndPoint)Listener.LocalEndPoint!).Port);
        Client = new Socket(connect.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Client.Bind(new IPEndPoint(connect, 0));
        ClientEnd = new FourTuple(Endpoint.From((IPEndPoint)Client.LocalEndPoint!), ServerAddress);
    }

    public Socket Listener { get; }

    public Socket Client { get; }

    public Socket? Accepted { get; private set; }

    public Endpoint ServerAddress { get; }

    public FourTuple ListenerEnd => WatchedSocket.ForListener(ServerAddress);

    public FourTuple ClientEnd { get; }

    public FourTuple ServerEnd => ClientEnd.Reverse();

    public void Connect() => Client.Connect(ServerAddress.ToIPEndPoint());

    public Socket Accept() => Accepted = Listener.Accept();

    public void Dispose()
    {
        Client.Dispose();
        Accepted?.Dispose();
        Listener.Dispose();
    }
}
