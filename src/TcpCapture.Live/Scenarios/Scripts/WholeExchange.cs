namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>The exchange the other scenarios vary.</summary>
internal sealed class WholeExchange : IScenario
{
    public string Name => "exchange";

    public string Summary => "The whole exchange; nobody closes, both ends stay ESTABLISHED.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndPass();
        client.Ask(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        server.Serve(server.ListenAndAccept());
    }
}
