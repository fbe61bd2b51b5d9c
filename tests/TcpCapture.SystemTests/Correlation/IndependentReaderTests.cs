using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.Live.Scenarios;
using TcpCapture.Model;
using TcpCapture.SystemTests.Cli;
using TcpCapture.SystemTests.States.Tracing;

namespace TcpCapture.SystemTests.Correlation;

/// <summary>Compares the timeline with an independent reader of the kernel's trace: no change is missing, extra or different.</summary>
[SupportedOSPlatform("linux")]
[Collection(CommandCollection.Name)]
public sealed class IndependentReaderTests
{
    private const string NeedsRoot = "needs root to read the kernel's trace";

    public static TheoryData<string> Names() => [.. ScenarioCatalog.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryReportedChangeOfAScenarioIsInTheTimeline(string scenario)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var folder = new TestFolder();
        var port = Ports.Next();
        using var reader = new TextTrace(int.Parse(port, CultureInfo.InvariantCulture));
        string[] duration = scenario == "unreachable" ? ["--duration", "2500ms"] : [];
        Command.Run(["run", scenario, "--port", port, "--states", "traced", "--output", folder.Output, .. duration]).Succeeded();
        var (compared, apart, furthest) = TraceOracle.Compare(folder.Output, reader.Read());
        Say($"{scenario}: {compared} changes, {apart} more than 2 µs apart, the furthest {furthest} ns");
    }

    [Fact]
    public void TwoThousandConnectionsAtFullSpeedAreAllFound()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        const int connections = 2000;
        using var folder = new TestFolder();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(Ports.Next(), CultureInfo.InvariantCulture)));
        var server = (IPEndPoint)listener.LocalEndPoint!;
        using var reader = new TextTrace(server.Port);
        var output = OutputFolder.Create(folder.Output, force: false);
        var clients = new ConcurrentBag<string>();
        RecordingEnd end;
        using (var session = CaptureSession.Start(CaptureScope.Of(Endpoint.From(server), "load"), output, new CaptureSessionOptions()))
        {
            listener.Listen(512);
            Parallel.For(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ => clients.Add(Exchange(listener, server)));
            end = session.Stop();
        }

        output.Export();
        Assert.Equal((0L, 0L), (end.DroppedByKernel, end.TraceOverruns));
        var rows = CsvFile.Read(folder.In("connections.csv"));
        Assert.Equal(clients.Order(), rows.Select(row => row["client"]).Order());
        Assert.All(rows, row => Assert.Equal((server.ToString(), "SF", "client", "0"), (row["server"], row["conn_state"], row["closed_by"], row["retransmissions"])));
        var byNumber = rows.ToDictionary(row => row["connection"], row => row["client"]);
        Assert.All(
            CsvFile.Read(folder.In("timeline.csv")).Where(row => row["connection"].Length > 0 && row["kind"] is "segment" or "state"),
            row => Assert.Contains(byNumber[row["connection"]], (string[])[row["from"], row["to"]]));
        var (compared, apart, furthest) = TraceOracle.Compare(folder.Output, reader.Read());
        Assert.InRange(compared, 8 * connections, int.MaxValue); // and TIME_WAIT, where the report tells when it began
        Assert.InRange(apart, 0, compared / 100); // two readers stamp one after the other, and what comes between counts
        Say($"{compared} changes, {apart} more than 2 µs apart, the furthest {furthest} ns; {end}");
    }

    private static string Exchange(Socket listener, IPEndPoint server)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(server);
        var address = client.LocalEndPoint!.ToString()!;
        // Another thread's client can be accepted here, so this client closes before the accepted one is read.
        using var accepted = listener.Accept();
        client.Shutdown(SocketShutdown.Send);
        accepted.Receive(new byte[1]);
        return address;
    }

    private static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
