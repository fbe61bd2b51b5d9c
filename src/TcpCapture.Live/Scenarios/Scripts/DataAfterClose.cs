namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class DataAfterClose() : Script(
    "data-after-close", "The server has closed, the client sends once more: RST, and EPIPE on its next send."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        client.Pass();
        client.WaitPeerClosed(socket);
        client.SendOnly(socket, Conversation.Message(client.Options.Messages, "client"));
        client.WaitReset(socket);
        client.Expect(() => client.SendOnly(socket, Conversation.Message(client.Options.Messages + 1, "client")), "EPIPE");
    }

    void IScenario.RunServer(Actor server) => server.Close(server.ListenAndServe());
}
