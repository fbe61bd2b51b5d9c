namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>The accept queue fills between a connection's SYN and its ACK.</summary>
/// <remarks>The setting has no effect on a SYN that arrives at a full queue: the kernel always drops it.</remarks>
internal sealed class BacklogFullAbort() : Script(
    "backlog-full-abort",
    "With tcp_abort_on_overflow=1, a handshake that completes after the accept queue has filled is reset."), IScenario
{
    public bool NeedsPrivateNamespace => true;

    // Applies to IPv6 as well.
    void IScenario.Prepare(PrivateNamespace network, ExchangeOptions options) =>
        network.Set("ipv4/tcp_abort_on_overflow", "1");

    void IScenario.RunClient(Actor client)
    {
        for (var i = 0; i < client.Options.Backlog; i++) client.Connect(); // leaves room for one connection
        var late = client.Open();
        late.SetTcpOption(TcpOption.QuickAck, "TCP_QUICKACK", 0); // delays its handshake's last ACK by 200 ms
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
