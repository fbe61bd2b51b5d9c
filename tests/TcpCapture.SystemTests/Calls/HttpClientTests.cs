using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Calls;

/// <summary>
/// The HTTP client of .NET: non-blocking sockets of both address families, epoll, and calls of one connection on
/// several threads.
/// </summary>
[SupportedOSPlatform("linux")]
[Collection("kernel trace")]
public class HttpClientTests
{
    private const string Child = "TCPCAPTURE_TEST_WEB_SERVER";
    private const int Requests = 5;

    private const string Server = """
        import http.server
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "100000")
                self.send_header("Connection", "close")  # otherwise the client may reuse a connection that is closing
                self.end_headers()
                self.wfile.write(b"x" * 100000)
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = False
        print(server.server_address[1], flush=True)
        for i in range(5): server.handle_request()
        server.server_close()
        """;

    [Fact]
    public void TheCallsOfAnHttpClientAreTraced()
    {
        TracedPrograms.SkipUnlessPossible();
        using var programs = new TracedPrograms();
        var server = programs.Python(Side.Server, Server);
        var port = TracedPrograms.PortOf(server);
        var client = programs.Start(
            Side.Client, "env", $"{Child}=http://127.0.0.1:{port}/", Path.Combine(AppContext.BaseDirectory, "TcpCapture.SystemTests"),
            "-explicit", "only", "-method", $"{typeof(HttpClientTests).FullName}.{nameof(SendRequests)}");
        var output = client.StandardOutput.ReadToEnd();
        TracedPrograms.WaitFor(client);
        Assert.True(client.ExitCode == 0, output);
        TracedPrograms.WaitFor(server);
        programs.Stop();

        Assert.Null(programs.Tracer.Statistics.Incomplete);
        var own = programs.Calls.Where(call => call.Local?.Port == port || call.Remote?.Port == port).ToArray();
        var connects = own.Where(call => call.Name == "connect").ToArray();
        Assert.Equal(Requests, connects.Length);
        foreach (var connect in connects)
        {
            Assert.True(connect is { Side: Side.Client, Local.Port: > 0, Error: null or "EINPROGRESS" }, connect.Text);
            var accept = own.Single(call => call.Name == "accept" && call.Remote == connect.Local);
            var sent = Bytes(own, "send", (int)accept.Result!.Value);
            Assert.InRange(sent, 100_000, 101_000);
            Assert.Equal(sent, Bytes(own, "recv", connect.Socket));
            Assert.Equal(Bytes(own, "send", connect.Socket), Bytes(own, "recv", (int)accept.Result!.Value));
            Assert.Single(own, call => call.Name is "close" or "exit" && call.Socket == connect.Socket);
        }
    }

    /// <summary>Not a test itself: the child process of the test above runs it.</summary>
    [Fact(Explicit = true)]
    public async Task SendRequests()
    {
        var address = Environment.GetEnvironmentVariable(Child);
        Assert.NotNull(address);
        using var client = new HttpClient();
        var pages = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ =>
            client.GetByteArrayAsync(new Uri(address), TestContext.Current.CancellationToken)));
        Assert.All(pages, page => Assert.Equal(100_000, page.Length));
    }

    private static long Bytes(IEnumerable<SocketCall> calls, string name, int socket) =>
        calls.Where(call => call.Name == name && call.Socket == socket && call.Result > 0).Sum(call => call.Result!.Value);
}
