namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>The exchange without a close; the other scenarios are variations of it.</summary>
internal sealed class WholeExchange() : Script("exchange", "The whole exchange without a close: both ends stay ESTABLISHED."), IScenario
{
    void IScenario.RunClient(Actor client) => client.ConnectAndAsk();
    void IScenario.RunServer(Actor server) => server.ListenAndServe();
}
