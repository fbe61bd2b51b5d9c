namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>Closing a listener sends no segment, except RSTs for connections in its accept queue.</summary>
internal sealed class ListenerClose() : Script(
    "listener-close", "The server closes its listener: a connection in the accept queue is reset, the accepted one continues."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var first = client.ConnectAndPass();
        var second = client.Connect();
        client.Pass();
        client.WaitReset(second);
        client.Expect(() => client.Receive(second), "ECONNRESET");
        client.Ask(first);
    }

    void IScenario.RunServer(Actor server)
    {
        var listener = server.Listen();
        server.Pass();
        var first = server.AcceptAndPass(listener);
        server.CloseOnly(listener); // the second connection is in its accept queue
        server.Pass();
        server.Serve(first);
    }
}
