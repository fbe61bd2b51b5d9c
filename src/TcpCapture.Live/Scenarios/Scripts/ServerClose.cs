namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class ServerClose() : Script(
    "server-close", "The server closes and the client does not: FIN_WAIT_2 and CLOSE_WAIT, mirrored."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.Pass();
        client.WaitPeerClosed(socket);
    }

    void IScenario.RunServer(Actor server) => server.Close(server.ListenAndServe());
}
