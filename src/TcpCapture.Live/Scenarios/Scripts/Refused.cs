using System.Net;

namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>No listener.</summary>
internal sealed class Refused : IScenario
{
    public string Name => "refused";

    public string Summary => "The client connects to a port nobody listens on: RST, ECONNREFUSED.";

    bool IScenario.ListensAt(ExchangeOptions options) => IPAddress.IsLoopback(options.Address); // so must nobody else

    void IScenario.RunClient(Actor client)
    {
        var socket = client.Open();
        client.Expect(() => client.Connect(socket), "ECONNREFUSED");
    }

    void IScenario.RunServer(Actor server)
    {
        // There is none.
    }
}
