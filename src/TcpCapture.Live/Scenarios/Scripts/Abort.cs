namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class Abort() : Script("abort", "The client sets SO_LINGER to 0 and closes: RST, no TIME_WAIT."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        socket.SetLinger(true, 0);
        client.CloseOnly(socket);
        client.WaitReset(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndServe();
        server.Expect(() => server.Receive(socket), "ECONNRESET");
    }
}
