namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>Simultaneous close, RFC 9293 section 3.6 case 3: each end sends its FIN before the other's has arrived.</summary>
internal sealed class SimultaneousClose : IScenario
{
    /// <summary>A FIN's TCP header: 20 bytes, and 12 for timestamps.</summary>
    private const int FinLength = 32;

    public string Name => "simultaneous-close";

    public string Summary => "Both ends close before either FIN arrives: the FINs cross, CLOSING, and both hold TIME_WAIT.";

    public bool NeedsPrivateNamespace => true;

    void IScenario.Prepare(PrivateNamespace network, ExchangeOptions options) => HeldLink.Prepare(network, options);

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndPass();
        client.Ask(socket);
        using var link = new HeldLink(client.Options.Address);
        link.Hold();
        client.CloseOnly(socket);
        link.WaitHeld(1);
        client.Pass();
        link.WaitHeld(2);
        client.SampleNow(); // both have closed, both FINs wait: FIN_WAIT_1
        link.LetPass(2, FinLength);
        client.SampleNow(); // both FINs have arrived, their ACKs wait: CLOSING
        link.Release();
        client.WaitClosed(socket);
        client.WaitPeerClosed(socket);
    }

    void IScenario.RunServer(Actor server)
    {
        var socket = server.ListenAndAccept();
        server.Serve(socket);
        server.CloseOnly(socket);
    }
}
