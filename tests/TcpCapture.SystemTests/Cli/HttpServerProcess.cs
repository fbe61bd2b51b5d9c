namespace TcpCapture.SystemTests.Cli;

/// <summary>A web server outside of the recorded programs; it listens when the constructor returns.</summary>
internal sealed class HttpServerProcess : IDisposable
{
    private readonly Command _server;

    public HttpServerProcess(string folder, string port)
    {
        _server = Command.StartProgram(["python3", "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", folder]);
        _server.WaitUntil(() => Sockets.States("sport", port).Contains("LISTEN"), "the server listens");
    }

    public void Dispose() => _server.Dispose();
}
