using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Merging;

/// <summary>
/// One exchange over a network that queues and loses, recorded at both ends: the client's states sampled, the server's traced.
/// Both ends are this machine, so their clocks are one, and what is true of every segment's way is in the recordings.
/// </summary>
public sealed class TwoRecordings : IDisposable
{
    private readonly TestFolder _folder = new();

    private readonly Lazy<string> _recorded;

    public TwoRecordings() => _recorded = new Lazy<string>(Record);

    /// <summary>The folder of the client's host.</summary>
    public string Client => Path.Combine(_recorded.Value, "client");

    /// <summary>The folder of the server's host.</summary>
    public string Server => Path.Combine(_recorded.Value, "server");

    public string In(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Merges two folders with the command.</summary>
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
