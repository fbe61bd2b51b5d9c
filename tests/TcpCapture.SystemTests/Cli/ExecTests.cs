using System.Globalization;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Unmodified programs are run and recorded: the timeline is complete, and their output and exit codes are unchanged.</summary>
[Collection(CommandCollection.Name)]
public sealed class ExecTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public ExecTests() => ObservedPrograms.SkipUnlessInstalled("python3", "curl");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void TwoPythonProgramsHaveACompleteTimeline(string address)
    {
        var run = Exec("--server", $"python3 '{ObservedPrograms.Server}' {_port} {address}", "--", "python3", ObservedPrograms.Client, _port, address);
        Assert.Equal((0, "Finish!\n"), (run.ExitCode, run.Output));

        var connection = Assert.Single(Connections());
        Assert.Equal(("SF", "31", "client"), (connection["conn_state"], connection["completeness"], connection["closed_by"]));
        Assert.Equal(("TIME_WAIT", "CLOSED"), (connection["client_final_state"], connection["server_final_state"]));
        Assert.Matches(@"^python3?[.\d]*\[\d+\]$", connection["process_client"]);
        Assert.Matches(@"^python3?[.\d]*\[\d+\]$", connection["process_server"]);
        Assert.NotEqual(connection["process_client"], connection["process_server"]);

        var changes = CsvFile.Read(_folder.In("timeline.csv")).Where(row => row["kind"] == "state").ToArray();
        Assert.Equal(["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"], States(changes, "client"));
        Assert.Equal(["LISTEN", "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED", "CLOSED"], States(changes, "server"));
        Assert.DoesNotContain(changes, row => row["evidence"] == "inferred" && row["new_state"] is not ("SYN_RECV" or "TIME_WAIT"));
        Assert.Contains("call client connect(", ReadableTimeline.Of(_folder.Output));
        SegmentsOracle.Agrees(_folder.In("capture.pcap"), CsvFile.Read(_folder.In("timeline.csv")));
    }

    [Fact]
    public void AChildThatServesAConnectionIsItsProcess()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: which of the processes that hold a socket uses it, only the trace of calls tells");
        const string serve = "import os, socketserver, sys; C = type('C', (socketserver.BaseRequestHandler,), "
            + "{'handle': lambda s: s.request.sendall(s.request.recv(100))}); socketserver.ForkingTCPServer(('127.0.0.1', int(sys.argv[1])), C).serve_forever()";
        const string ask = "import socket, sys\nfor i in range(5):\n c = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); c.sendall(b'x'); c.recv(1); c.recv(1)";
        var run = Exec("--server", $"python3 -c \"{serve}\" {_port}", "--", "python3", "-c", ask, _port);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(5, Connections().Select(row => row["process_server"]).Distinct().Count());
        Assert.Single(Connections().Select(row => row["process_client"]).Distinct());
    }

    [Fact]
    public void CurlAgainstPythonsWebServer()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "page"), "a page");
        var run = Exec(
            "--server", $"python3 -u -m http.server {_port} --bind 127.0.0.1 --directory '{_folder.Path}'", "--", "curl", "-s", $"http://127.0.0.1:{_port}/page");
        Assert.Equal((0, "a page"), (run.ExitCode, run.Output));
        var connection = Assert.Single(Connections());
        Assert.Equal(("SF", "31"), (connection["conn_state"], connection["completeness"]));
        Assert.Matches(@"^curl\[\d+\]$", connection["process_client"]);
        Assert.Matches(@"^python3?[.\d]*\[\d+\]$", connection["process_server"]);
    }

    [Fact]
    public void HttpClientOfDotNet()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "page"), "a page");
        var url = $"http://127.0.0.1:{_port}/page";
        var run = Exec(
            "--server", $"python3 -u -m http.server {_port} --bind 127.0.0.1 --directory '{_folder.Path}'", "--", ObservedPrograms.HttpGet, url, url);
        Assert.Equal((0, "6\n6\n"), (run.ExitCode, run.Output));
        Assert.Equal(2, Connections().Count); // the server speaks HTTP/1.0
        Assert.All(Connections(), connection =>
        {
            Assert.Equal(("SF", "31"), (connection["conn_state"], connection["completeness"]));
            Assert.Matches(@"^(TcpCapture|\.NET).*\[\d+\]$", connection["process_client"]);
            Assert.Matches(@"^python3?[.\d]*\[\d+\]$", connection["process_server"]);
        });
    }

    [Fact]
    public void AutoRecordsAllConnectionsOfThePrograms()
    {
        var run = Command.Run(
            "exec", "--port", "auto", "--output", _folder.Output, "--server", $"python3 '{ObservedPrograms.Server}' {_port}", "--",
            "python3", ObservedPrograms.Client, _port);
        Assert.Equal((0, "Finish!\n"), (run.ExitCode, run.Output));
        Assert.EndsWith($":{_port}", Assert.Single(Connections())["server"]);
    }

    [Fact]
    public void ManyConnectionsFromReusedPortsAreNotMixedUp()
    {
        const int count = 2000;
        var run = Exec("--", "python3", ObservedPrograms.Load, _port, $"{count}", "100");
        Assert.Equal((0, "done\n"), (run.ExitCode, run.Output));
        var rows = Connections();
        Assert.Equal(count, rows.Count);
        var process = rows[0]["process_client"];
        Assert.Matches(@"^python3?[.\d]*\[\d+\]$", process);
        for (var i = 0; i < count; i++)
        {
            var row = rows[i];
            var bytes = (i % 97 + 1).ToString(CultureInfo.InvariantCulture);
            Assert.Equal(($"{i + 1}", $"127.0.0.1:{20_000 + i % 100}"), (row["connection"], row["client"]));
            Assert.Equal((bytes, bytes, "0"), (row["client_bytes"], row["server_bytes"], row["retransmissions"]));
            Assert.Equal(i < count - 100 ? "linger-zero" : "none", row["cause"]);
            Assert.Equal((process, process), (row["process_client"], row["process_server"]));
        }
    }

    [Fact]
    public void OtherProcessesOnThePortAreLeftOutOfEveryFile()
    {
        using var server = new HttpServerProcess(_folder.Path, _port);
        var get = $"curl -s -o /dev/null http://127.0.0.1:{_port}/";
        // Other processes have connections before, during and after the program's connection.
        using var others = Command.StartProgram(["sh", "-c", $"while [ ! -e '{_folder.Path}/over' ]; do {get}; done"]);
        var run = Exec("--", "sh", "-c", $"sleep 0.3; {get}; {get}; sleep 0.3");
        File.WriteAllText(Path.Combine(_folder.Path, "over"), "");
        others.Wait();

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("2 connections, ", run.Error);
        Assert.Matches(@"left out: \d+ of other processes", run.Error);
        Assert.DoesNotContain("owner unknown", run.Error);
        var rows = Connections();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Matches(@"^curl\[\d+\]$", row["process_client"]));
        Assert.All(rows, row => Assert.Matches(@"^python3?[.\d]*\[\d+\]$", row["process_server"])); // another process, but the program connects to it
        var clients = rows.Select(row => row["client"].Split(':')[1]).ToHashSet();
        var timeline = CsvFile.Read(_folder.In("timeline.csv"));
        Assert.All(timeline.Where(row => row["from"].Length > 0), row => Assert.True(clients.Contains(row["from"].Split(':')[1]) || clients.Contains(row["to"].Split(':')[1])));
        SegmentsOracle.Agrees(_folder.In("capture.pcap"), timeline);
    }

    private CommandResult Exec(params string[] arguments) => Command.Run(["exec", "--port", _port, "--output", _folder.Output, .. arguments]);

    private IReadOnlyList<IReadOnlyDictionary<string, string>> Connections() => CsvFile.Read(_folder.In("connections.csv"));

    private static IEnumerable<string> States(IEnumerable<IReadOnlyDictionary<string, string>> changes, string side) =>
        changes.Where(row => row["side"] == side).Select(row => row["new_state"]);
}
