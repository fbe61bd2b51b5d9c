using System.Net;

namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>Half-open discovery, RFC 9293 section 3.5.1.</summary>
internal sealed class HalfOpen() : Script(
    "half-open",
    "The client forgets an established connection and connects again from the same port: challenge ACK, RST, and a new connection."),
    IScenario
{
    public bool NeedsNetAdmin => true;

    void IScenario.RunClient(Actor client)
    {
        // The port must come from bind: a port chosen by connect can be shared with another connection or its TIME_WAIT,
        // and then cannot be bound again.
        var forgotten = client.Open();
        forgotten.Bind(new IPEndPoint(client.Options.Address, 0));
        client.Connect(forgotten);
        client.WaitEstablished(forgotten);
        client.Pass();
        client.Ask(forgotten);
        forgotten.SetTcpOption(TcpOption.Repair, "TCP_REPAIR", 1);
        client.CloseOnly(forgotten); // sends nothing: the server still has the connection
        var again = client.Open();
        again.Bind(forgotten.Local!.Value.ToIPEndPoint());
        client.Connect(again);
        client.WaitEstablished(again);
    }

    void IScenario.RunServer(Actor server)
    {
        var listener = server.Listen();
        server.Pass();
        var socket = server.AcceptAndPass(listener);
        server.Serve(socket);
        server.Expect(() => server.Receive(socket), "ECONNRESET");
        server.Accept(listener);
    }
}
