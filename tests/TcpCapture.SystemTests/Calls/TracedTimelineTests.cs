using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.Live.Observation;
using TcpCapture.Model;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Calls;

/// <summary>Traced calls, segments and socket states of unmodified programs in one timeline.</summary>
[SupportedOSPlatform("linux")]
[Collection("kernel trace")]
public class TracedTimelineTests
{
    [Fact]
    public void EverySegmentHasItsCause()
    {
        var rows = Record(PythonPrograms.Server, PythonPrograms.Client, out var connections);

        var byNumber = rows.ToDictionary(row => row["event"]);
        var calls = rows.Where(row => row["kind"] == "call").ToArray();
        Assert.All(
            calls.Where(row => IsCallOf(row, "send") || IsCallOf(row, "recv")),
            row => Assert.Equal("1", row["connection"]));
        Assert.Equal("1", calls.Single(row => IsCallOf(row, "accept4()") && row["result"].Length > 0)["connection"]);
        var causes = rows.Where(row => row["kind"] == "segment")
            .Where(row => row["length"] != "0" || row["flags"].Contains('S') || row["flags"].Contains('F'))
            .Select(row => (row["side"], row["flags"], row["length"], CauseOf(row))).ToArray();
        Assert.Equal(
            [
                ("client", "S", "0", $"connect({connections[0]["server"]})"), ("server", "S.", "0", "segment"),
                ("client", "P.", "25", "write(25 bytes)"), ("client", "P.", "3", "sendto(3 bytes)"),
                ("server", "P.", "7", "sendto(7 bytes)"), ("server", "F.", "0", "shutdown(SHUT_WR)"), ("client", "F.", "0", "close()"),
            ],
            causes);
        Assert.DoesNotContain(
            rows, row => row["kind"] == "finding" && (row["note"].Contains("too late") || row["note"].Contains("contradict")));
        Assert.Equal("server", connections[0]["closed_by"]);

        static bool IsCallOf(IReadOnlyDictionary<string, string> row, string start) =>
            row["call"].StartsWith(start, StringComparison.Ordinal);

        string CauseOf(IReadOnlyDictionary<string, string> row) =>
            !byNumber.TryGetValue(row["caused_by"], out var cause) ? "nothing" : cause["kind"] == "call" ? cause["call"] : cause["kind"];
    }

    [Fact]
    public void AResetByLingerIsReportedAlthoughTheTraceDoesNotShowItsTimeout()
    {
        Record(PythonPrograms.Server, """
            import socket, struct, sys
            client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            client.sendall(b"End")
            client.recv(100)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            """, out var connections);

        Assert.Equal(("client", "linger-zero"), (connections[0]["reset_by"], connections[0]["cause"]));
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Record(
        string serverProgram, string clientProgram, out IReadOnlyList<IReadOnlyDictionary<string, string>> connections)
    {
        TracedPrograms.SkipUnlessPossible();
        using var folder = new TestFolder();
        var port = FreePort();
        var output = OutputFolder.Create(folder.Output, force: false);
        var hub = new ObservationHub();
        using (var session = CaptureSession.Start(
            hub, CaptureScope.Of(Endpoint.From(IPAddress.Loopback, port), "exec"), output, new CaptureSessionOptions(),
            callsComplete: true, isWaitedFor: false))
        {
            using var programs = new TracedPrograms(sink: hub);
            var server = programs.Python(Side.Server, serverProgram, $"{port}");
            Assert.Equal(port, TracedPrograms.PortOf(server));
            TracedPrograms.WaitFor(programs.Python(Side.Client, clientProgram, $"{port}"));
            TracedPrograms.WaitFor(server);
            programs.Stop();
            session.Stop();
        }

        output.Export();
        TestContext.Current.TestOutputHelper?.WriteLine(ReadableTimeline.Of(folder.Output));
        connections = CsvFile.Read(folder.In("connections.csv"));
        return CsvFile.Read(folder.In("timeline.csv"));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
