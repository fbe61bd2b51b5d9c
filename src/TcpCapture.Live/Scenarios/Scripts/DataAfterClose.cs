namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class DataAfterClose : IScenario
{
    public string Name => "data-after-close";
    public string Summary => "The server has closed, the client sends once more: RST, and EPIPE on its next send.";

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.Pass();
        client.WaitPeerClosed(socket);
        client.SendOnly(socket, Conversation.Message(client.Options.Messages, "client"));
        client.WaitReset(socket);
        client.Expect(() => client.SendOnly(socket, Conversation.Message(client.Options.Messages + 1, "client")), "EPIPE");
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndServe();
        server.Close(socket);
    }
}
