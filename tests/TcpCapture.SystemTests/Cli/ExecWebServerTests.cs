using System.Globalization;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A real web server: a master and its workers, epoll, accept4, writev and sendfile.</summary>
[Collection(CommandCollection.Name)]
public sealed class ExecWebServerTests : IDisposable
{
    private const int Length = 300_000;

    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public ExecWebServerTests()
    {
        // tests/run unpacks nginx without installing it: Debian's package would start a web server with every boot.
        ObservedPrograms.SkipUnlessInstalled("nginx", "curl");
        File.WriteAllBytes(Path.Combine(_folder.Path, "page"), new byte[Length]);
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {_folder.Path}/{kind}; "));
        File.WriteAllText(
            Configuration,
            $$"""
            daemon off; user root; worker_processes 2; pid {{_folder.Path}}/pid; error_log stderr;
            events { worker_connections 64; }
            http {
              access_log off; sendfile on; tcp_nopush on; {{temporary}}
              server { listen 127.0.0.1:{{_port}}; root {{_folder.Path}}; location = /worker { return 200 $pid; } }
            }
            """);
    }

    private string Configuration => Path.Combine(_folder.Path, "nginx.conf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheWorkerThatAnswersIsTheConnectionsProcess()
    {
        var run = Exec("curl", "-s", Url("worker"));
        Assert.True(run.ExitCode == 0 && run.Output.Length > 0, run.ToString());
        var connection = Assert.Single(Connections());
        Assert.Equal($"nginx[{run.Output}]", connection["process_server"]);
        Assert.Matches(@"^curl\[\d+\]$", connection["process_client"]);
    }

    [Fact]
    public void EveryByteHasItsCallAndEveryStateIsExact()
    {
        var page = Path.Combine(_folder.Path, "got");
        var run = Exec("curl", "-s", "-o", page, Url("page"));
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(Length, new FileInfo(page).Length);

        var connection = Assert.Single(Connections());
        Assert.Equal(("SF", "31", "client"), (connection["conn_state"], connection["completeness"], connection["closed_by"]));
        var timeline = CsvFile.Read(_folder.In("timeline.csv"));
        var changes = timeline.Where(row => row["kind"] == "state" && row["connection"] == "1").ToArray();
        Assert.Equal(["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"], States(changes, "client"));
        Assert.Equal(["SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"], States(changes, "server"));
        Assert.DoesNotContain(changes, row => row["evidence"] == "inferred" && row["new_state"] is not ("SYN_RECV" or "TIME_WAIT"));

        var calls = timeline.Where(row => row["kind"] == "call" && row["connection"] == "1").ToArray();
        Assert.Equal(Length, Moved(calls, "server", "sendfile("));
        Assert.Equal(connection["server_bytes"], $"{Moved(calls, "server", "sendfile(") + Moved(calls, "server", "writev(")}");
        Assert.Equal(connection["server_bytes"], $"{Moved(calls, "client", "recv")}");
        Assert.Equal(connection["client_bytes"], $"{Moved(calls, "client", "sendto(")}");
        Assert.Equal(connection["client_bytes"], $"{Moved(calls, "server", "recv")}");
        Assert.Contains(calls, row => row["side"] == "server" && IsCall(row, "accept4("));

        // A retransmission, as on a busy machine, refers to the original segment.
        var sends = calls.Where(row => row["side"] == "server" && (IsCall(row, "sendfile(") || IsCall(row, "writev("))).Select(row => row["event"]).ToHashSet();
        var sent = timeline.Where(row => row["kind"] == "segment" && row["side"] == "server" && row["length"] != "0"
            && !row["note"].Contains("retransmission of", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(sent);
        Assert.All(sent, row => Assert.Contains(row["caused_by"], sends));
        SegmentsOracle.Agrees(_folder.In("capture.pcap"), timeline);
    }

    [Fact]
    public void HttpClientOfDotNetKeepsItsConnection()
    {
        var run = Exec(ObservedPrograms.HttpGet, Url("page"), Url("page"));
        Assert.Equal((0, $"{Length}\n{Length}\n"), (run.ExitCode, run.Output));
        var connection = Assert.Single(Connections());
        Assert.Equal(("SF", "31"), (connection["conn_state"], connection["completeness"]));
        Assert.Matches(@"^(TcpCapture|\.NET).*\[\d+\]$", connection["process_client"]);
        Assert.Matches(@"^nginx\[\d+\]$", connection["process_server"]);
        var calls = CsvFile.Read(_folder.In("timeline.csv")).Where(row => row["kind"] == "call" && row["connection"] == "1").ToArray();
        Assert.Equal(2 * Length, Moved(calls, "server", "sendfile("));
        Assert.Equal(connection["server_bytes"], $"{Moved(calls, "client", "recv")}");
    }

    private static long Moved(IEnumerable<IReadOnlyDictionary<string, string>> calls, string side, string name) => calls
        .Where(row => row["side"] == side && IsCall(row, name))
        .Sum(row => long.TryParse(row["result"], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0);

    private static bool IsCall(IReadOnlyDictionary<string, string> row, string name) => row["call"].StartsWith(name, StringComparison.Ordinal);

    private static IEnumerable<string> States(IEnumerable<IReadOnlyDictionary<string, string>> changes, string side) =>
        changes.Where(row => row["side"] == side).Select(row => row["new_state"]);

    private string Url(string page) => $"http://127.0.0.1:{_port}/{page}";

    private CommandResult Exec(params string[] client) =>
        Command.Run(["exec", "--port", _port, "--output", _folder.Output, "--server", $"nginx -e stderr -c '{Configuration}'", "--", .. client]);

    private IReadOnlyList<IReadOnlyDictionary<string, string>> Connections() => CsvFile.Read(_folder.In("connections.csv"));
}
