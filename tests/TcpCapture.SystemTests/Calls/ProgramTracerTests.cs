using System.Runtime.Versioning;
using TcpCapture.Model;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Calls;

[SupportedOSPlatform("linux")]
[Collection("kernel trace")]
public class ProgramTracerTests
{
    [Theory]
    [InlineData(PythonPrograms.Server, PythonPrograms.Client, true)]
    [InlineData(PythonPrograms.Server, PythonPrograms.Client, false)]
    [InlineData(PythonPrograms.ForkingServer, PythonPrograms.ManyClients, true)]
    [InlineData(PythonPrograms.ForkingServer, PythonPrograms.ManyClients, false)]
    [InlineData(PythonPrograms.ThreadingServer, PythonPrograms.ThreadingClient, true)]
    [InlineData(PythonPrograms.AsynchronousServer, PythonPrograms.AsynchronousClient, true)]
    [InlineData(PythonPrograms.AsynchronousServer, PythonPrograms.AsynchronousClient, false)]
    public void TheCallsMatchThoseOfStrace(string serverProgram, string clientProgram, bool useTransfers)
    {
        TracedPrograms.SkipUnlessPossible();
        Assert.SkipUnless(TracedPrograms.OnPath("strace"), "needs strace, which is not on the PATH");
        using var folder = new TestFolder();
        var (serverLog, clientLog) = (Path.Combine(folder.Path, "server"), Path.Combine(folder.Path, "client"));
        using var programs = new TracedPrograms(useTransfers);
        var server = programs.Start(Side.Server, "strace", StraceLog.Arguments(serverLog, "python3", "-c", serverProgram));
        var port = TracedPrograms.PortOf(server);
        var client = programs.Start(Side.Client, "strace", StraceLog.Arguments(clientLog, "python3", "-c", clientProgram, $"{port}"));
        TracedPrograms.WaitFor(client);
        TracedPrograms.WaitFor(server);
        programs.Stop();

        Assert.Equal((0, null), (programs.Tracer.Statistics.Lost, programs.Tracer.Statistics.Incomplete));
        var traced = programs.Calls.Where(call => call.Name != "exit").Select(StraceLog.Line).Order(StringComparer.Ordinal);
        var straced = StraceLog.Read(serverLog).Concat(StraceLog.Read(clientLog)).Order(StringComparer.Ordinal);
        Assert.Equal(string.Join('\n', straced), string.Join('\n', traced));
    }

    [Fact]
    public async Task StopAndDisposeMayBeRepeatedOnSeveralThreads()
    {
        TracedPrograms.SkipUnlessPossible();
        var tracer = Live.Calls.ProgramTracer.Open();
        tracer.Start(new CallSink());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(i % 2 == 0 ? tracer.Stop : tracer.Dispose)));
        tracer.Stop();
        tracer.Dispose();
        Assert.Null(tracer.Statistics.Incomplete);
    }

    [Fact]
    public void TheCallsOfCurlAndAWebServerMatchThoseOfStrace()
    {
        TracedPrograms.SkipUnlessPossible();
        Assert.SkipUnless(TracedPrograms.OnPath("strace") && TracedPrograms.OnPath("curl"), "needs strace and curl on the PATH");
        using var folder = new TestFolder();
        var (serverLog, clientLog) = (Path.Combine(folder.Path, "server"), Path.Combine(folder.Path, "client"));
        using var programs = new TracedPrograms();
        var server = programs.Start(Side.Server, "strace", StraceLog.Arguments(serverLog, "python3", "-c", PythonPrograms.WebServer));
        var port = TracedPrograms.PortOf(server);
        var client = programs.Start(Side.Client, "strace", StraceLog.Arguments(clientLog, "curl", "-s", $"http://localhost:{port}/"));
        TracedPrograms.WaitFor(client);
        TracedPrograms.WaitFor(server);
        programs.Stop();

        Assert.Null(programs.Tracer.Statistics.Incomplete);
        var traced = programs.Calls.Where(call => call.Name != "exit").Select(StraceLog.Line).Order(StringComparer.Ordinal);
        var straced = StraceLog.Read(serverLog).Concat(StraceLog.Read(clientLog)).Order(StringComparer.Ordinal);
        Assert.Equal(string.Join('\n', straced), string.Join('\n', traced));
    }

    [Fact]
    public void TwoThousandConcurrentConnectionsAreNotConfused()
    {
        TracedPrograms.SkipUnlessPossible();
        const int connections = 2000;
        using var programs = new TracedPrograms();
        var server = programs.Python(Side.Server, PythonPrograms.BusyServer);
        var port = TracedPrograms.PortOf(server);
        var client = programs.Python(Side.Client, PythonPrograms.BusyClient, $"{port}");
        TracedPrograms.WaitFor(client);
        server.StandardInput.Close();
        TracedPrograms.WaitFor(server);
        programs.Stop();

        Assert.Null(programs.Tracer.Statistics.Incomplete);
        var sent = Bytes(programs.Calls, Side.Client, "send", call => (call.Remote, call.Local));
        var received = Bytes(programs.Calls, Side.Server, "recv", call => (call.Local, call.Remote));
        Assert.Equal((connections, connections), (sent.Count, received.Count));
        Assert.Empty(sent.Except(received));
        var accepts = programs.Calls.Where(call => call is { Name: "accept", Result: > 0 }).ToArray();
        Assert.Equal(connections, accepts.Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"accepts without a peer: {accepts.Count(call => call.Remote is null)}");
        var peers = programs.Calls.Where(call => call is { Name: "recv", Side: Side.Server })
            .GroupBy(call => call.Socket).ToDictionary(g => (long)g.Key, g => g.First().Remote);
        Assert.All(accepts.Where(call => call.Remote is not null), call => Assert.Equal(peers[call.Result!.Value], call.Remote));
        Assert.Equal(2 * connections, programs.Calls.Count(call => call is { Name: "close", Remote: not null }));
    }

    [Fact]
    public void ConnectionsOfAnotherNamespaceWithTheSameAddressesAreIgnored()
    {
        TracedPrograms.SkipUnlessPossible();
        Assert.SkipUnless(TracedPrograms.OnPath("unshare") && TracedPrograms.OnPath("ip"), "needs unshare and ip on the PATH");
        using var programs = new TracedPrograms();
        var server = programs.Python(Side.Server, PythonPrograms.ForkingServer);
        var port = TracedPrograms.PortOf(server);
        using var foreign = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "unshare", ["-n", "sh", "-c", "ip link set lo up && exec python3 -c \"$0\" \"$1\"", PythonPrograms.OwnConnections, $"{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        Assert.Equal("connected", foreign.StandardOutput.ReadLine());
        var client = programs.Python(Side.Client, PythonPrograms.ManyClients, $"{port}");
        TracedPrograms.WaitFor(client);
        TracedPrograms.WaitFor(server);
        foreign.StandardInput.Close();
        TracedPrograms.WaitFor(foreign);
        programs.Stop();

        Assert.Null(programs.Tracer.Statistics.Incomplete);
        Assert.False(programs.Tracer.Owns(foreign.Id));
        var connects = programs.Calls.Where(call => call.Name == "connect").Select(call => call.Local).ToHashSet();
        Assert.Equal(43, connects.Count);
        var served = programs.Calls.Where(call => call is { Name: "recv", Side: Side.Server }).Select(call => call.Remote).ToHashSet();
        Assert.Equal(connects, served);
        Assert.All(
            programs.Calls.Where(call => call is { Name: "accept", Remote: not null }), call => Assert.Contains(call.Remote, connects));
    }

    [Fact]
    public void TheEndOfAProcessClosesItsSockets()
    {
        TracedPrograms.SkipUnlessPossible();
        using var programs = new TracedPrograms();
        var server = programs.Python(Side.Server, PythonPrograms.Server);
        var port = TracedPrograms.PortOf(server);
        var client = programs.Python(Side.Client, """
            import socket, sys
            client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            print("connected", flush=True)
            client.recv(10)
            """, $"{port}");
        Assert.Equal("connected", client.StandardOutput.ReadLine());
        client.Kill();
        TracedPrograms.WaitFor(client);
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{server.Id}"])) TracedPrograms.WaitFor(kill);
        TracedPrograms.WaitFor(server);
        programs.Stop();

        var end = Assert.Single(programs.Calls, call => call is { Name: "exit", Side: Side.Client });
        Assert.Equal(("exit(killed by SIGKILL)", client.Id), (end.Text, end.ProcessId));
        Assert.Equal(programs.Calls.Single(call => call.Name == "connect").Local, end.Local);
        var ends = programs.Calls.Where(call => call is { Name: "exit", Side: Side.Server }).Select(call => call.Text);
        Assert.Equal(["exit(killed by SIGTERM)", "exit(killed by SIGTERM)"], ends); // listener and connection
        Assert.True(programs.Tracer.Owns(client.Id) && programs.Tracer.Owns(server.Id));
        Assert.False(programs.Tracer.Owns(Environment.ProcessId));
        var process = programs.Tracer.Processes.Single(process => process.Id == client.Id);
        Assert.Equal((Side.Client, "python3"), (process.Role, process.Name[..7]));
    }

    /// <summary>Bytes by connection. Each connection transfers a different number, so a reused port counts separately.</summary>
    private static HashSet<(Endpoint?, Endpoint?, long)> Bytes(
        IEnumerable<SocketCall> calls, Side side, string name, Func<SocketCall, (Endpoint?, Endpoint?)> ends) =>
        [.. calls.Where(call => call.Name == name && call.Side == side).GroupBy(call => call.Socket)
            .Select(g => (ends(g.Last()).Item1, ends(g.Last()).Item2, g.Sum(call => call.Result!.Value)))];
}
