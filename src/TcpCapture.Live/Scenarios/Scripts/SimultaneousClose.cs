namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>Simultaneous close, RFC 9293 section 3.6 case 3: each end sends its FIN before the other's has arrived.</summary>
internal sealed class SimultaneousClose() : Script(
    "simultaneous-close",
    "Both ends close before either FIN arrives: the FINs cross, and both ends go through CLOSING to TIME_WAIT."), IScenario
{
    private const int FinLength = 32; // the TCP header of a FIN: 20 bytes, and 12 bytes of timestamps

    public bool NeedsPrivateNamespace => true;
    void IScenario.Prepare(PrivateNamespace network, ExchangeOptions options) => HeldLink.Prepare(network, options);

    void IScenario.RunClient(Actor client)
    {
        var socket = client.ConnectAndAsk();
        using var link = new HeldLink(client.Options.Address);
        link.Hold();
        client.CloseOnly(socket);
        link.WaitHeld(1);
        client.Pass();
        link.WaitHeld(2);
        client.SampleNow(); // FIN_WAIT_1: both ends have closed, both FINs are held
        link.LetPass(2, FinLength);
        client.SampleNow(); // CLOSING: both FINs have arrived, their ACKs are held
        link.Release();
        client.WaitClosed(socket);
        client.WaitPeerClosed(socket);
    }

    void IScenario.RunServer(Actor server) => server.CloseOnly(server.ListenAndServe());
}
