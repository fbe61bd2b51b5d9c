using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

public class SequenceWrapTests
{
    /// <summary>Each case wraps sequence numbers at another byte: the SYN, the data, the FIN, the byte after it.</summary>
    [Theory]
    [InlineData(0xFFFFFFFF, 0xFFFFFFFF)]
    [InlineData(0xFFFFFFFE, 0xFFFFFFFE)]
    [InlineData(0xFFFFFFFA, 0xFFFFFFF0)]
    [InlineData(0xFFFFFFF5, 0xFFFFFFF9)]
    [InlineData(0xFFFFFFEC, 0xFFFFFFF8)]
    [InlineData(0xFFFFFFEB, 0xFFFFFFF7)]
    [InlineData(0xFFFFFFEA, 0xFFFFFFF6)]
    [InlineData(0x7FFFFFFF, 0x7FFFFFF5)]
    [InlineData(0, 0)]
    public void TheWrapOfSequenceNumbersMakesNoDifference(uint clientIss, uint serverIss)
    {
        Assert.Equal(Exchange(1000, 5000), Exchange(clientIss, serverIss));
        Assert.Equal(Crossed(1000, 5000), Crossed(clientIss, serverIss));
    }

    private static string[] Exchange(uint client, uint server) => Describe(new Script().Listen()
        .Call(Side.Client, "connect", 2, took: 4).Open(client, server).Accept(3)
        .Call(Side.Client, "send", 2, result: 10).Send(Side.Client, "P.", 10).Send(Side.Server, ".")
        .Call(Side.Client, "send", 2, result: 10).Send(Side.Client, "P.", 10, seq: unchecked(client + 11)).Wait(200)
        .Send(Side.Client, "P.", 10, seq: unchecked(client + 11)).Send(Side.Server, ".").Call(Side.Server, "recv", 3, result: 20)
        .Call(Side.Server, "send", 3, result: 7).Send(Side.Server, "P.", 7).Send(Side.Client, ".")
        .Send(Side.Client, ".", seq: unchecked(client + 20)).Send(Side.Server, ".")
        .Call(Side.Client, "close", 2).Send(Side.Client, "F.", seq: unchecked(client + 21)).Send(Side.Server, ".")
        .Call(Side.Server, "close", 3).Send(Side.Server, "F.").Send(Side.Client, "."));

    private static string[] Crossed(uint client, uint server) => Describe(new Script().Open(client, server)
        .Send(Side.Client, "F.").Send(Side.Server, "F.", ack: unchecked(client + 1)).Send(Side.Client, ".").Send(Side.Server, "."));

    private static string[] Describe(Script script)
    {
        var played = script.Play();
        return [.. played.Lines, .. played.Findings, .. played.Connections.Select(connection => $"{connection.ConnState} {connection.History}"),
            .. played.Connections.Select(connection => $"{connection.Client.Bytes} {connection.Server.Bytes}"),
            .. played.Events.Select(e => e.Note ?? "")];
    }
}
