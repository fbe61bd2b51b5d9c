namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class BacklogFull() : Script(
    "backlog-full", "One client more than the accept queue holds: its SYN is dropped and retransmitted."), IScenario
{
    void IScenario.RunClient(Actor client)
    {
        for (var i = 0; i <= client.Options.Backlog; i++) client.Connect(); // Linux queues backlog + 1 connections
        client.ConnectInBackground(client.Open());
        client.WaitSynRetransmits(2);
    }

    void IScenario.RunServer(Actor server)
    {
        server.Listen();
        server.Pass();
        server.Remain();
    }
}
