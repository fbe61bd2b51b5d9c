using System.Globalization;
using System.Text.RegularExpressions;
using TcpCapture.SystemTests.Cli;
using TcpCapture.SystemTests.Merging;

namespace TcpCapture.SystemTests.PeerTools;

/// <summary>Transfers between two network namespaces with real loss, small windows, idle time and reused ports: compares the</summary>
// marks in timeline.csv with tshark's for the same capture.
[Collection(CommandCollection.Name)]
public sealed partial class TsharkAgreementTests(ITestOutputHelper output)
{
    private static readonly string[] Names =
    [
        "retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "duplicate_ack", "lost_segment",
        "ack_lost_segment", "zero_window", "zero_window_probe", "zero_window_probe_ack", "window_update", "window_full", "keep_alive",
        "keep_alive_ack", "reused_ports",
    ];

    [Theory]
    [InlineData("bulk", 1_500_000, 20, "", "retransmission|out_of_order", "duplicate_ack")]
    [InlineData("bulk", 1_000_000, 20, "net.ipv4.tcp_sack=0", "fast_retransmission", "duplicate_ack")]
    [InlineData("bulk", 1_000_000, 60, "net.ipv4.tcp_timestamps=0", "retransmission|out_of_order", "duplicate_ack")]
    [InlineData("slow", 150_000, 0, "", "zero_window", "window_full")]
    [InlineData("idle", 1000, 0, "", "keep_alive", "keep_alive_ack")]
    [InlineData("reuse", 3000, 0, "", "reused_ports")]
    public void TheMarksOfATransferAreTsharks(string how, int bytes, int lossPerMille, string setting, params string[] expected)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, for network namespaces");
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "needs tshark: apt-get install tshark");
        var version = Run(["tshark", "--version"])[0];
        Assert.SkipUnless(version.Contains(" 4.0.", StringComparison.Ordinal), $"the marks are those of tshark 4.0; here is {version}");
        using var hosts = new RoutedHosts();
        using var folder = new TestFolder();
        if (setting.Length > 0)
            foreach (var host in (string[][])[hosts.OnClient("sysctl", "-qw", setting), hosts.OnServer("sysctl", "-qw", setting)])
                Command.RunProgram(host).Succeeded();
        Command.RunProgram(hosts.OnClient("ip", "link", "set", RoutedHosts.Interface, "gso_max_segs", "1")).Succeeded(); // else 64 KiB are lost at a time
        if (lossPerMille > 0) hosts.LoseAtRandom(lossPerMille);

        var port = Ports.Next();
        var program = Path.Combine(AppContext.BaseDirectory, "PeerTools", "transfer.py");
        using var server = Command.StartProgram(hosts.OnServer("python3", program, "serve", RoutedHosts.ServerAddress, port, how));
        server.WaitUntil(() => Command.RunProgram(hosts.OnServer("ss", "-ltnH", $"sport = :{port}")).Output.Length > 0, "the server listens");
        Run(hosts.OnClient(
        [
            Command.File, "exec", "--port", port, "-i", RoutedHosts.Interface, "--output", folder.Output, "--", "python3", program, "send",
            RoutedHosts.ServerAddress, port, how, bytes.ToString(CultureInfo.InvariantCulture),
        ]));

        var own = CsvFile.Read(folder.In("timeline.csv")).Where(row => row["kind"] == "segment")
            .ToDictionary(row => row["frame"], row => Mark().Matches(row["note"]).Select(match => match.Groups[1].Value).ToHashSet());
        var theirs = Tshark(folder.In("capture.pcap"));
        Assert.Equal(theirs.Count, own.Count);
        foreach (var name in Names)
        {
            var (ours, tsharks) = (own.Values.Count(marks => marks.Contains(name)), theirs.Values.Count(marks => marks.Contains(name)));
            if (ours + tsharks > 0)
                output.WriteLine($"{name,-24} ours {ours,5}  tshark {tsharks,5}  both {theirs.Count(pair => pair.Value.Contains(name) && own[pair.Key].Contains(name)),5}");
        }

        // Within the initial round-trip time tshark calls a retransmission out of order, so a loss can show as either.
        Assert.All(expected, names => Assert.Contains(theirs.Values, marks => names.Split('|').Any(marks.Contains)));
        Assert.Empty(theirs.Where(pair => !own[pair.Key].SetEquals(pair.Value))
            .Select(pair => $"frame {pair.Key}: ours {string.Join(' ', own[pair.Key])}, tshark {string.Join(' ', pair.Value)}"));
    }

    /// <summary>The standard output of a program; its standard error (such as tshark's warning about root) is ignored.</summary>
    private static string[] Run(string[] program)
    {
        var run = Command.RunProgram(program);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.OutputLines;
    }

    private static Dictionary<string, HashSet<string>> Tshark(string capture) => Run(
        [
            "tshark", "-r", capture, "-T", "fields", "-e", "frame.number",
            .. Names.SelectMany(name => (string[])["-e", "tcp.analysis." + name]),
        ]).Select(line => line.Split('\t')).ToDictionary(
            fields => fields[0], fields => Names.Where((_, i) => i + 1 < fields.Length && fields[i + 1].Length > 0).ToHashSet());

    [GeneratedRegex(@"\[([a-z_]+)\]")]
    private static partial Regex Mark();
}
