namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class BothClose : IScenario
{
    public string Name => "both-close";
    public string Summary => "The server closes, then the client: the server ends in TIME_WAIT.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.Pass();
        client.ReceiveEnd(socket);
        client.Close(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndServe();
        server.Close(socket); // waits for the FIN's ACK, so that FIN_WAIT_2 and CLOSE_WAIT exist before the client closes
    }
}
