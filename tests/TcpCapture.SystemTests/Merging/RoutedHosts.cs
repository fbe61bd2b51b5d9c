using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Merging;

/// <summary>Two hosts and a router between them, each a network namespace that is deleted at the end. What the router loses</summary>
// or rewrites is in the sender's capture and not in the receiver's.
internal sealed class RoutedHosts : IDisposable
{
    public const string ClientAddress = "10.99.78.2";
    public const string ServerAddress = "10.99.79.2";
    public const string RouterAddress = "10.99.79.1";
    public const string Interface = "eth0";

    private const string ClientRouterAddress = "10.99.78.1";
    private const string ToClient = "client";
    private const string ToServer = "server";

    private static int s_last;

    private readonly string _client;
    private readonly string _router;
    private readonly string _server;

    public RoutedHosts()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/nft") && File.Exists("/usr/sbin/tc"), "needs nft and tc, for a router that loses, queues and translates");
        var name = $"tcpcapture-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}";
        (_client, _router, _server) = (name + "-client", name + "-router", name + "-server");
        foreach (var host in (string[])[_client, _router, _server])
        {
            Run("ip", "netns", "add", host);
            Run("ip", "-n", host, "link", "set", "lo", "up");
        }

        Join(_client, ClientAddress, ToClient, ClientRouterAddress);
        Join(_server, ServerAddress, ToServer, RouterAddress);
        Run("ip", "netns", "exec", _router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    }

    /// <summary>The command line that runs a program on the client's host.</summary>
    public string[] OnClient(params string[] program) => ["ip", "netns", "exec", _client, .. program];

    /// <summary>The command line that runs a program on the server's host.</summary>
    public string[] OnServer(params string[] program) => ["ip", "netns", "exec", _server, .. program];

    /// <summary>The router now passes 20 bytes per millisecond to the server, so that segments queue; the other direction is free.</summary>
    public void SlowTowardsServer() =>
        Run("ip", "netns", "exec", _router, "tc", "qdisc", "add", "dev", ToServer, "root", "tbf", "rate", "160kbit", "burst", "200", "limit", "100000");

    /// <summary>The router now loses the first of every <paramref name="count"/> data segments of the client.</summary>
    public void LoseDataOfClient(int count) =>
        Filter("type filter hook forward priority 0", $"oifname \"{ToServer}\" meta l4proto tcp meta length > 60 numgen inc mod {count} 0 drop");

    /// <summary>The router now loses this many of a thousand segments at random, in each direction.</summary>
    public void LoseAtRandom(int perMille) =>
        Filter("type filter hook forward priority 0", $"meta l4proto tcp numgen random mod 1000 < {perMille} drop");

    /// <summary>The server now sees the router's address and another port instead of the client's.</summary>
    public void TranslateClient() =>
        Filter("type nat hook postrouting priority 100", $"oifname \"{ToServer}\" meta l4proto tcp masquerade to :40000-40999");

    /// <summary>Runs a scenario with the server on one host and the client on the other, each recorded there.</summary>
    public void Record(string scenario, string serverFolder, string[] serverOptions, string clientFolder, string[] clientOptions)
    {
        var port = Ports.Next();
        string[] both = [Command.File, "run", scenario, "--address", ServerAddress, "--port", port, "-i", Interface];
        using var server = Command.StartProgram(OnServer([.. both, "--role", "server", "--output", serverFolder, .. serverOptions]));
        server.WaitUntil(() => Command.RunProgram(OnServer("ss", "-ltnH", $"sport = :{port}")).Output.Length > 0, "the server listens");
        Command.RunProgram(OnClient([.. both, "--role", "client", "--output", clientFolder, .. clientOptions])).Succeeded();
        server.Wait().Succeeded();
    }

    public void Dispose()
    {
        foreach (var host in (string[])[_client, _router, _server]) Run("ip", "netns", "del", host); // their interfaces go with them
    }

    private void Join(string host, string address, string routerInterface, string routerAddress)
    {
        Run("ip", "link", "add", Interface, "netns", host, "type", "veth", "peer", "name", routerInterface, "netns", _router);
        Run("ip", "-n", host, "addr", "add", address + "/24", "dev", Interface);
        Run("ip", "-n", host, "link", "set", Interface, "up");
        Run("ip", "-n", _router, "addr", "add", routerAddress + "/24", "dev", routerInterface);
        Run("ip", "-n", _router, "link", "set", routerInterface, "up");
        Run("ip", "-n", host, "route", "add", "default", "via", routerAddress);
    }

    private void Filter(string chain, string rule)
    {
        var table = $"ip t{Interlocked.Increment(ref s_last)}";
        Run("ip", "netns", "exec", _router, "nft", $"add table {table}; add chain {table} c {{ {chain}; }}; add rule {table} c {rule}");
    }

    private static void Run(params string[] program)
    {
        var run = Command.RunProgram(program);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', program)}: {run}");
    }
}
