namespace TcpCapture.SystemTests.Cli;

/// <summary>Connects that fail for real, each in a network namespace of its own: errno, the kernel's reason and the cause.</summary>
[Collection(CommandCollection.Name)]
public sealed class FailedConnectTests : IDisposable
{
    private const string Client = """
        import socket, sys
        for i in range(int(sys.argv[3])):
            s = socket.socket()
            if sys.argv[4] != '-': s.settimeout(float(sys.argv[4]))
            try: s.connect((sys.argv[1], int(sys.argv[2])))
            except OSError as e: print(e)
            globals()['s%d' % i] = s
        """;

    private const string Server = """
        import socket, sys, time
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(('127.0.0.1', int(sys.argv[1])))
        s.listen(int(sys.argv[2]))
        kept = []
        while sys.argv[3] == 'accept':
            try: kept.append(s.accept())
            except OSError: time.sleep(0.2)
        time.sleep(60)
        """;

    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public FailedConnectTests() => ObservedPrograms.SkipUnlessInstalled("python3", "nft");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ADroppedSynHasTheKernelsReason()
    {
        Connect("127.0.0.1", rules: Firewall("drop"), timeout: "2.5");

        var row = Assert.Single(Connections());
        Assert.Equal(("unanswered", "unanswered"), (row["outcome"], row["cause"]));
        Assert.Contains("NETFILTER_DROP", row["note"]);
        Assert.Contains("gave up 2.5", row["note"]);
    }

    [Fact]
    public void ARejectedConnectNamesItsErrno()
    {
        Connect("127.0.0.1", rules: Firewall("reject with icmp type admin-prohibited"));

        var row = Assert.Single(Connections());
        Assert.Equal(("rejected", "icmp-reject"), (row["outcome"], row["cause"]));
        Assert.Contains("connect failed with EHOSTUNREACH", row["note"]);
    }

    /// <summary>The filter leaves the ICMP error out; the kernel's report on the socket shows it.</summary>
    [Fact]
    public void ARejectedConnectIsKnownWithoutTheIcmpError()
    {
        Connect("127.0.0.1", rules: Firewall("reject with icmp type admin-prohibited"), options: "--filter tcp");

        var row = Assert.Single(Connections());
        Assert.Equal(("rejected", "icmp-reject", "likely"), (row["outcome"], row["cause"], row["confidence"]));
        Assert.Contains("EHOSTUNREACH", row["note"]);
    }

    [Fact]
    public void ARefusedConnectNamesItsErrnoOnce()
    {
        Connect("127.0.0.1");

        var row = Assert.Single(Connections());
        Assert.Equal(("refused", "no-listener"), (row["outcome"], row["cause"]));
        Assert.Contains("connect failed with ECONNREFUSED", row["note"]);
    }

    [Theory]
    [InlineData("", "ENETUNREACH")]
    [InlineData("ip route add unreachable 198.51.100.1", "EHOSTUNREACH")]
    [InlineData("ip route add prohibit 198.51.100.1", "EACCES")]
    [InlineData("ip route add blackhole 198.51.100.1", "EINVAL")]
    public void AConnectWithoutARouteIsAFindingAndNoConnection(string rules, string errno)
    {
        var output = Connect("198.51.100.1", rules);

        Assert.Contains(" 0 connections", output);
        Assert.Contains($"connect failed with {errno} once", Words(Command.Run("show", _folder.Output).Succeeded().Output));
    }

    [Fact]
    public void AnUnansweredArpRequestIsNoConnection()
    {
        var output = Connect("10.98.0.9", rules: """
            ip link add left type veth peer name right
            ip address add 10.98.0.1/24 dev left; ip link set left up; ip link set right up
            """);

        Assert.Contains(" 0 connections", output);
        Assert.Contains("1 connect failed without a segment", output);
        Assert.Contains("EHOSTUNREACH", Words(Command.Run("show", _folder.Output).Succeeded().Output));
    }

    [Fact]
    public void WhoHoldsThePortsIsNamed()
    {
        Connect("127.0.0.1", rules: "sysctl -qw net.ipv4.ip_local_port_range='40000 40007'", count: 10, server: "50 accept");

        var shown = Words(Command.Run("show", _folder.Output).Succeeded().Output);
        Assert.Contains("failed with EADDRNOTAVAIL", shown);
        Assert.Matches(@"had 8 held open by python3\[\d+\] \(8\)", shown);
    }

    [Fact]
    public void AServerWithoutDescriptorsIsNamed()
    {
        Connect("127.0.0.1", count: 10, server: "50 accept", limit: "ulimit -n 8;");

        Assert.Matches(
            @"The server \(python3\[\d+\]\) is out of file descriptors: accept on 127\.0\.0\.1:\d+ failed with EMFILE (once|\d+ times)",
            Words(Command.Run("show", _folder.Output).Succeeded().Output));
    }

    [Fact]
    public void AFullAcceptQueueIsOneCause()
    {
        Connect("127.0.0.1", count: 3, timeout: "1.5", server: "0 sleep");

        Assert.Contains(Connections(), row => (row["outcome"], row["cause"]) == ("unanswered", "backlog-overflow"));
    }

    private static string Firewall(string verdict) =>
        $$"""nft "table inet test { chain input { type filter hook input priority 0; tcp flags & (syn|ack) == syn {{verdict}}; }; }" || exit 99""";

    private static string Words(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private IReadOnlyList<IReadOnlyDictionary<string, string>> Connections() => [.. CsvFile.Read(_folder.In("connections.csv"))];

    /// <summary>Observes a client in a network namespace; returns what the command printed.</summary>
    private string Connect(
        string address, string rules = "", int count = 1, string timeout = "-", string options = "", string server = "", string limit = "")
    {
        var (client, listener) = (Path.Combine(_folder.Path, "client.py"), Path.Combine(_folder.Path, "server.py"));
        File.WriteAllText(client, Client);
        File.WriteAllText(listener, Server);
        var serve = server.Length == 0 ? "" : $"--server \"sh -c '{limit} exec python3 {listener} {_port} {server}'\"";
        var run = Command.RunProgram(
        [
            "unshare", "--net", "--", "sh", "-c", $"""
            ip link set lo up
            {rules}
            "$0" exec --port {_port} {options} {serve} --output "$1" -- python3 {client} {address} {_port} {count} {timeout}
            """,
            Command.File, _folder.Output,
        ]);
        Assert.SkipWhen(run.ExitCode == 99, "the kernel has no nftables");
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.ToString();
    }
}
