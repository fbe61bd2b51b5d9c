using System.Net;

namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>
/// Simultaneous open, RFC 9293 section 3.5 figure 7. There is no listener: the client is the end that sends its SYN first,
/// from the port after the server's, or before it if the server's is the last port.
/// </summary>
internal sealed class SimultaneousOpen() : Script(
    "simultaneous-open", "Both ends connect to each other without a listener: the SYNs cross and open one connection."), IScenario
{
    private const int SynLength = 40; // the TCP header of a SYN with the options that Linux sends

    public bool NeedsPrivateNamespace => true;
    void IScenario.Prepare(PrivateNamespace network, ExchangeOptions options) => HeldLink.Prepare(network, options);

    void IScenario.RunClient(Actor client)
    {
        var socket = client.Open();
        socket.Bind(ClientAddress(client.Options));
        using var link = new HeldLink(client.Options.Address);
        link.Hold();
        client.StartConnect(socket, client.Server);
        client.Pass();
        link.WaitHeld(2);
        client.SampleNow(); // SYN_SENT: both SYNs are held
        link.LetPass(2, SynLength);
        client.SampleNow(); // SYN_RECV: both SYNs have arrived, the SYN-ACKs are held
        link.Release();
        client.FinishConnect(socket);
        client.Pass();
        client.Ask(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.Open();
        socket.Bind(server.Server);
        server.Pass();
        server.StartConnect(socket, ClientAddress(server.Options));
        server.Pass();
        server.FinishConnect(socket);
        server.Pass();
        server.Serve(socket);
    }

    private static IPEndPoint ClientAddress(ExchangeOptions options) =>
        new(options.Address, options.Port < IPEndPoint.MaxPort ? options.Port + 1 : options.Port - 1);
}
