namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class Killed() : Script(
    "killed", "The client process is killed without unread data: the kernel closes its socket with a FIN."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.MoveToProcess(socket).Kill();
        client.WaitClosed(socket);
    }

    void IScenario.RunServer(Actor server) => server.ReceiveEnd(server.ListenAndServe());
}
