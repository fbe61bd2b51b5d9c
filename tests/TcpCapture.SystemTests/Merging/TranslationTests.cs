using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Merging;

/// <summary>A router translates the client's address and port (NAT); the segments still match.</summary>
[Collection(TwoHostsCollection.Name)]
public sealed class TranslationTests
{
    [Fact]
    public void OneConnectionStaysOne()
    {
        using var folder = new TestFolder();
        var (client, server, merged) = (folder.Path + "/client", folder.Path + "/server", folder.Path + "/merged");
        using (var hosts = new RoutedHosts())
        {
            hosts.TranslateClient();
            hosts.Record("client-close", server, [], client, []);
        }

        var (atClient, atServer) = (Assert.Single(CsvFile.Read(client + "/connections.csv")), Assert.Single(CsvFile.Read(server + "/connections.csv")));
        Assert.StartsWith(RoutedHosts.RouterAddress + ":40", atServer["client"]);
        var output = Command.Run("merge", client, server, "--output", merged).Succeeded().Output;

        var connection = Assert.Single(CsvFile.Read(merged + "/connections.csv"));
        Assert.Equal(atClient["client"], connection["client"]);
        Assert.Equal(atClient["process_client"], connection["process_client"]);
        Assert.Equal(atServer["process_server"], connection["process_server"]);
        Assert.StartsWith("tcpcapture[", connection["process_server"]);
        Assert.Contains("Addresses are translated between the hosts", output);
        var timeline = CsvFile.Read(merged + "/timeline.csv");
        Assert.All(timeline.Where(row => row["kind"] == "segment"), row => Assert.Contains("arrived after", row["note"]));
        Assert.All(timeline.Where(row => row["connection"] == "1" && row["side"] == "server" && row["to"].Length > 0), row => Assert.Equal(connection["client"], row["to"]));
    }
}
