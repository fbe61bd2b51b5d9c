namespace TcpCapture.SystemTests.Cli;

/// <summary>Each of two hosts (here two namespaces) records the direction of a segment, as seen from that host.</summary>
[Collection(CommandCollection.Name)]
public sealed class DirectionTests : IDisposable
{
    private const string ServerAddress = "10.99.77.2";
    private const string Inbound = "0x00000001";
    private const string Outbound = "0x00000002";

    private readonly TestFolder _server = new();
    private readonly TestFolder _client = new();
    private readonly string _namespace = $"tcpcapture-{Environment.ProcessId}";
    private readonly string _here = $"tc{Environment.ProcessId}a";
    private readonly string _there = $"tc{Environment.ProcessId}b";

    public DirectionTests()
    {
        Ip("netns", "add", _namespace);
        Ip("link", "add", _here, "type", "veth", "peer", "name", _there, "netns", _namespace);
        Ip("addr", "add", "10.99.77.1/24", "dev", _here);
        Ip("link", "set", _here, "up");
        Ip("-n", _namespace, "addr", "add", ServerAddress + "/24", "dev", _there);
        Ip("-n", _namespace, "link", "set", _there, "up");
    }

    public void Dispose()
    {
        Ip("netns", "del", _namespace); // also deletes the pair of interfaces
        _server.Dispose();
        _client.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EachHostSeesItsOwnSegmentsGoOut(bool onAllInterfaces)
    {
        var port = Ports.Next();
        string[] both = ["run", "both-close", "--address", ServerAddress, "--port", port, "--messages", "1"];
        using var server = Command.StartProgram(
            ["ip", "netns", "exec", _namespace, Command.File, .. both, "--role", "server", "-i", _there, "--output", _server.Output]);
        server.WaitUntil(
            () => Command.RunProgram(["ip", "netns", "exec", _namespace, "ss", "-ltnH", $"sport = :{port}"]).Output.Length > 0, "the server listens");
        Command.Run([.. both, "--role", "client", "-i", onAllInterfaces ? "any" : _here, "--output", _client.Output]).Succeeded();
        server.Wait().Succeeded();

        Directions(_server, port, fromServer: Outbound, fromClient: Inbound);
        Directions(_client, port, fromServer: Inbound, fromClient: Outbound);
    }

    private static void Directions(TestFolder folder, string port, string fromServer, string fromClient)
    {
        var rows = SegmentsOracle.Read(folder.In("timeline.pcapng"), "tcp.srcport", "frame.packet_flags_direction")
            .Select(line => line.Split('\t')).Where(row => row[0].Length > 0).ToArray();
        Assert.InRange(rows.Length, 12, 14);
        Assert.All(rows, row => Assert.Equal(row[0] == port ? fromServer : fromClient, row[1]));
    }

    private static void Ip(params string[] arguments)
    {
        var run = Command.RunProgram(["ip", .. arguments]);
        Assert.True(run.ExitCode == 0, run.ToString());
    }
}
