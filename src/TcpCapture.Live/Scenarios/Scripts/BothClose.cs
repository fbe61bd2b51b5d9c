namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class BothClose() : Script("both-close", "The server closes, then the client: the server ends in TIME_WAIT."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.Pass();
        client.ReceiveEnd(socket);
        client.Close(socket);
    }

    // Close waits for the FIN's ACK, so that FIN_WAIT_2 and CLOSE_WAIT exist before the client closes.
    void IScenario.RunServer(Actor server) => server.Close(server.ListenAndServe());
}
