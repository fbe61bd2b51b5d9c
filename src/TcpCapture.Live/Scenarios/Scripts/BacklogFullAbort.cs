namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>
/// A SYN that finds the accept queue full is dropped whatever the setting says; the setting bears on a queue that fills
/// between a connection's SYN and its ACK.
/// </summary>
internal sealed class BacklogFullAbort : IScenario
{
    public string Name => "backlog-full-abort";

    public string Summary => "With tcp_abort_on_overflow=1: a handshake finished after the accept queue has filled is reset.";

    public bool NeedsPrivateNamespace => true;

    // Applies to IPv6 as well.
    void IScenario.Prepare(PrivateNamespace network, ExchangeOptions options) =>
        network.Set("ipv4/tcp_abort_on_overflow", "1");

    void IScenario.RunClient(Actor client)
    {
        for (var i = 0; i < client.Options.Backlog; i++) client.Connect(); // room for one is left
        var late = client.Open();
        late.SetTcpOption(TcpOption.QuickAck, "TCP_QUICKACK", 0); // its handshake's last ACK will come 200 ms late
        client.Connect(late);
        client.Connect(); // takes the last place meanwhile
        client.WaitReset(late);
        client.Expect(() => client.Receive(late), "ECONNRESET");
    }

    void IScenario.RunServer(Actor server)
    {
        server.Listen();
        server.Pass();
        server.Remain();
    }
}
