using System.Net;

namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>
/// Simultaneous open, RFC 9293 section 3.5 figure 7. Nobody listens: "client" is the end whose SYN is sent first, on the port
/// after the server's (before it, if that is the last one).
/// </summary>
internal sealed class SimultaneousOpen : IScenario
{
    /// <summary>A SYN's TCP header with the options Linux sends.</summary>
    private const int SynLength = 40;

    public string Name => "simultaneous-open";

    public string Summary => "Both ends connect to each other, nobody listens: the SYNs cross, and there is one connection.";

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
        client.SampleNow(); // both have connected, both SYNs wait: SYN_SENT
        link.LetPass(2, SynLength);
        client.SampleNow(); // both SYNs have arrived, the SYN-ACKs wait: SYN_RECV
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
