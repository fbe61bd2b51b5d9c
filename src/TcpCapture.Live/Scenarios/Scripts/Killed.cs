namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class Killed : IScenario
{
    public string Name => "killed";
    public string Summary => "The client process is killed without unread data: the kernel closes its socket with a FIN.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.MoveToProcess(socket).Kill();
        client.WaitClosed(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndServe();
        server.ReceiveEnd(socket);
    }
}
