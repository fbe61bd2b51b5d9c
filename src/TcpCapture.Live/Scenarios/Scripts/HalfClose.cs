namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class HalfClose() : Script(
    "half-close", "The client shuts down its sending direction; the server continues to send, then closes."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndPass();
        client.SendMessages(socket);
        client.ShutdownSending(socket);
        do client.Pass();
        while (client.Receive(socket).Length > 0);
        client.Close(socket); // sends nothing: both directions are closed
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndAccept();
        server.ReceiveMessages(socket);
        server.Pass();
        server.ReceiveEnd(socket);
        for (var i = 0; i < server.Options.Messages; i++)
        {
            server.Send(socket, Conversation.Message(i, "server"));
            server.Pass();
        }

        server.Close(socket);
    }
}
