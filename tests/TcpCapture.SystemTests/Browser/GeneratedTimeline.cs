using System.Net;
using TcpCapture.Export.Report;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Browser;

/// <summary>Generates a timeline of any length: connections that send bytes, each caused by a call and acknowledged.</summary>
internal static class GeneratedTimeline
{
    private const long Step = 20_000;

    public static void Write(HtmlReport page, int connections, int eventsPerConnection)
    {
        var server = Endpoint.From(IPAddress.Loopback, 12345);
        long number = 0;
        for (var c = 1; c <= connections; c++)
        {
            var client = Endpoint.From(IPAddress.Loopback, 20000 + c);
            var connection = new Connection(c, At(number), client, server)
            {
                ConnState = ConnState.SF,
                History = "ShAdDaFf",
                Completeness = 31,
                FirstToFinish = Side.Client,
            };
            for (var i = 0; i < eventsPerConnection; i++)
            {
                number++;
                page.OnEvent(Make(number, i, connection), default);
            }

            connection.End = At(number);
            page.OnConnectionEnded(connection);
        }
    }

    private static Timestamp At(long number) => new(number * Step);

    private static TimelineEvent Make(long number, int i, Connection connection) => (i % 4) switch
    {
        0 when i == 0 => Change(number, connection),
        0 => Call(number, connection, Side.Server, "recv"),
        1 => Call(number, connection, Side.Client, "send"),
        2 => Data(number, connection, Side.Client, (uint)i),
        _ => Data(number, connection, Side.Server, 1),
    };

    private static TimelineEvent Change(long number, Connection connection) => new()
    {
        Number = number,
        Kind = EventKind.State,
        Time = At(number),
        Connection = connection,
        Side = Side.Client,
        OldState = TcpState.SynSent,
        NewState = TcpState.Established,
        Evidence = Evidence.Sampled,
        NotBefore = At(number),
        NotAfter = At(number + 3),
    };

    private static TimelineEvent Call(long number, Connection connection, Side side, string name) => new()
    {
        Number = number,
        Kind = EventKind.Call,
        Time = At(number),
        Connection = connection,
        Side = side,
        Call = new SocketCall
        {
            Id = number,
            Socket = connection.Number * 2 + (int)side,
            Side = side,
            Name = name,
            Arguments = "25 bytes",
            Begin = At(number),
            End = At(number + 2),
            Result = 25,
        },
    };

    private static TimelineEvent Data(long number, Connection connection, Side side, uint seq) => new()
    {
        Number = number,
        Kind = EventKind.Segment,
        Time = At(number),
        Connection = connection,
        Side = side,
        Frame = number,
        IsReadable = true,
        CausedBy = number - 1,
        Segment = new Segment
        {
            Time = At(number),
            Source = connection[side].Address,
            Destination = connection[side == Side.Client ? Side.Server : Side.Client].Address,
            Flags = TcpFlags.Psh | TcpFlags.Ack,
            Seq = seq,
            Ack = 1,
            Length = side == Side.Client ? 25 : 0,
            Window = 512,
        },
        ClientState = TcpState.Established,
        ServerState = TcpState.Established,
    };
}
