namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class KilledUnread() : Script(
    "killed-unread", "The client process is killed with data unread: the kernel sends an RST."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndPass();
        client.SendMessages(socket);
        client.MoveToProcess(socket).Kill(); // the answer has arrived and is unread
        client.WaitReset(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndServe();
        server.Expect(() => server.Receive(socket), "ECONNRESET");
    }
}
