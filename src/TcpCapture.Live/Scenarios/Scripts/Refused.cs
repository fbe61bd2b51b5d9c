using System.Net;

namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class Refused() : Script("refused", "The client connects to a port without a listener: RST, ECONNREFUSED."), IScenario
{
    // The port must be free, so the preflight binds it.
    bool IScenario.ListensAt(ExchangeOptions options) => IPAddress.IsLoopback(options.Address);

    void IScenario.RunClient(Actor client)
    {
        var socket = client.Open();
        client.Expect(() => client.Connect(socket), "ECONNREFUSED");
    }
}
