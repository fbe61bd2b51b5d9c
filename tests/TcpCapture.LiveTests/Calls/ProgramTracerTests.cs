using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.LiveTests.Calls;

[SupportedOSPlatform("linux")]
[Collection("kernel trace")]
public class ProgramTracerTests
{
    private const string Server = """
        import socket
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        print(listener.getsockname()[1], flush=True)
        connection, peer = listener.accept()
        text = b""
        while not text.endswith(b"End"):
            text += connection.recv(1024)
        connection.sendall(b"Finish!")
        connection.shutdown(socket.SHUT_WR)
        connection.recv(10)
        connection.close()
        listener.close()
        """;

    private const string Client = """
        import os, socket, sys
        client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        os.write(client.fileno(), b"This is 0 msg from client")
        client.send(b"End")
        client.recv(1024)
        client.close()
        """;

    [Fact]
    public void TheCallsOfAnExchangeAreThoseOfBothPrograms()
    {
        TracedPrograms.SkipUnlessPossible();
        using var programs = new TracedPrograms();
        var server = programs.Python(Side.Server, Server);
        var port = TracedPrograms.PortOf(server);
        var client = programs.Python(Side.Client, Client, $"{port}");
        TracedPrograms.WaitFor(client);
        TracedPrograms.WaitFor(server);
        programs.Stop();
    }
}
