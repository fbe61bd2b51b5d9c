namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class ClientClose() : Script(
    "client-close", "The client closes and the server does not: FIN_WAIT_2 and CLOSE_WAIT."), IScenario
{
    void IScenario.RunClient(Actor client) => client.Close(client.ConnectAndAsk());

    void IScenario.RunServer(Actor server) => server.WaitPeerClosed(server.ListenAndServe());
}
