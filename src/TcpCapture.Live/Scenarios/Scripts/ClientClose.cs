namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class ClientClose : IScenario
{
    public string Name => "client-close";
    public string Summary => "The client closes and the server does not: FIN_WAIT_2 and CLOSE_WAIT.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.Close(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndServe();
        server.WaitPeerClosed(socket);
    }
}
