namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class ServerClose : IScenario
{
    public string Name => "server-close";
    public string Summary => "The server closes and the client does not: FIN_WAIT_2 and CLOSE_WAIT, mirrored.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.Pass();
        client.WaitPeerClosed(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndServe();
        server.Close(socket);
    }
}
