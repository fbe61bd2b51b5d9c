namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>The end of a process closes its sockets.</summary>
internal sealed class Killed : IScenario
{
    public string Name => "killed";

    public string Summary => "The client process is killed, nobody closed: the kernel sends a FIN, for nothing was unread.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndPass();
        client.Ask(socket);
        client.HandOver(socket).Kill();
        client.WaitClosed(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndAccept();
        server.Serve(socket);
        server.ReceiveEnd(socket);
    }
}
