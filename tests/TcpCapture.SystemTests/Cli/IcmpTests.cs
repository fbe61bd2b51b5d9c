namespace TcpCapture.SystemTests.Cli;

/// <summary>A firewall that rejects a SYN with an ICMP error: every live command records the error, next to the SYN it quotes.</summary>
[Collection(CommandCollection.Name)]
public sealed class IcmpTests : IDisposable
{
    private const string Client = "import socket,sys\ntry: socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)\nexcept OSError as e: print(e)";

    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public IcmpTests() => ObservedPrograms.SkipUnlessInstalled("python3", "nft");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("127.0.0.1", "icmp", "communication administratively prohibited (ICMP 3/13) from 127.0.0.1")]
    [InlineData("::1", "icmpv6", "communication administratively prohibited (ICMPv6 1/1) from ::1")]
    public void ExecRecordsTheErrorThatRejectsASyn(string address, string family, string expected)
    {
        InNamespace($"reject with {family} type admin-prohibited", """
            "$0" exec --port "$3" --output "$1" -- python3 -c "$4" "$2" "$3"
            """, address);

        var rows = CsvFile.Read(_folder.In("timeline.csv"));
        var errors = rows.Where(row => row["kind"] == "icmp").ToArray();
        var syns = rows.Where(row => row["flags"] == "S").ToArray(); // Linux may send a second SYN, which is rejected too
        Assert.InRange(syns.Length, 1, 3);
        Assert.Equal(syns.Length, errors.Length);
        foreach (var (syn, error) in syns.Zip(errors))
        {
            Assert.Equal((syn["connection"], syn["event"], syn["from"]), (error["connection"], error["caused_by"], error["to"]));
            Assert.Equal((address, "client", $"{expected}, quotes event {syn["event"]}"), (error["from"], error["side"], error["note"]));
        }

        Assert.DoesNotContain(rows, row => row["note"].Contains("could not be decoded", StringComparison.Ordinal));
        var shown = Command.Run("show", _folder.Output).Succeeded().Output;
        Assert.Contains(" ICMP ──", shown);
        Assert.Contains("tcp port " + _port + " and ICMP errors about it", string.Join(' ', shown.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void RecordLeavesOutErrorsAboutOtherPorts()
    {
        InNamespace("reject with icmp type host-prohibited", """
            "$0" record --port "$3" -i lo --output "$1" & recorder=$!
            while [ ! -s "$1/recording.pcapng.partial" ] && kill -0 $recorder; do :; done
            python3 -c "$4" "$2" 1; python3 -c "$4" "$2" "$3"; ping -c 1 -W 1 "$2" >/dev/null
            kill -TERM $recorder; wait $recorder
            """, "127.0.0.1");

        var rows = CsvFile.Read(_folder.In("timeline.csv"));
        Assert.StartsWith("host administratively prohibited (ICMP 3/10)", Assert.Single(rows, row => row["kind"] == "icmp")["note"]);
        Assert.Equal(2, rows.Count(row => row["frame"].Length > 0));
    }

    /// <summary>Runs a script in a network namespace whose firewall does this to every SYN.</summary>
    private void InNamespace(string verdict, string script, string address)
    {
        var rules = $$"""
            ip link set lo up
            nft "table inet test { chain input { type filter hook input priority 0; tcp flags & (syn|ack) == syn {{verdict}}; }; }" || exit 99
            """;
        var run = Command.RunProgram(["unshare", "--net", "--", "sh", "-c", rules + "\n" + script, Command.File, _folder.Output, address, _port, Client]);
        Assert.SkipWhen(run.ExitCode == 99, "the kernel has no nftables");
        Assert.True(run.ExitCode == 0, run.ToString());
    }
}
