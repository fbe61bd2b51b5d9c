using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Merging;

/// <summary>One exchange over a network that queues and loses, recorded at both ends: the client's states sampled, the server's</summary>
// traced. Both ends share this machine's clock, so the recordings have the true delay of every segment.
public sealed class TwoRecordings : IDisposable
{
    private readonly TestFolder _folder = new();

    private readonly Lazy<string> _recorded;

    public TwoRecordings() => _recorded = new Lazy<string>(Record);

    public string Client => Path.Combine(_recorded.Value, "client");

    public string Server => Path.Combine(_recorded.Value, "server");

    public string In(string name) => Path.Combine(_folder.Path, name);

    internal CommandResult Merge(string first, string second, string output) => Command.Run("merge", first, second, "--output", In(output)).Succeeded();

    public void Dispose() => _folder.Dispose();

    private string Record()
    {
        using var hosts = new RoutedHosts();
        hosts.SlowTowardsServer();
        hosts.LoseDataOfClient(4);
        hosts.Record("both-close", In("server"), ["--states", "traced"], In("client"), ["--states", "sampled"]);
        return _folder.Path;
    }
}
