namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>One end closes: its FIN is acknowledged, and that is all.</summary>
internal sealed class ClientClose : IScenario
{
    public string Name => "client-close";

    public string Summary => "The client closes and the server does not: FIN_WAIT_2 and CLOSE_WAIT.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndPass();
        client.Ask(socket);
        client.Close(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndAccept();
        server.Serve(socket);
        server.WaitPeerClosed(socket);
    }
}
