namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>The end of a process closes its sockets; what was not read is lost, and the peer is told.</summary>
internal sealed class KilledUnread : IScenario
{
    public string Name => "killed-unread";

    public string Summary => "The client process is killed with data unread: the kernel sends an RST.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndPass();
        client.SendMessages(socket);
        client.HandOver(socket).Kill(); // the answer has come and was not read
        client.WaitReset(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndAccept();
        server.Serve(socket);
        server.Expect(() => server.Receive(socket), "ECONNRESET");
    }
}
