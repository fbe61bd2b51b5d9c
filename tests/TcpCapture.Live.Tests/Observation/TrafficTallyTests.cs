using TcpCapture.Live.Observation;
using TcpCapture.Model;
using TcpCapture.Tests;

namespace TcpCapture.Live.Tests.Observation;

[Collection(AloneCollection.Name)]
public class TrafficTallyTests
{
    private static readonly Endpoint Server = Endpoint.FromBytes([10, 0, 0, 2], 80);

    private readonly TrafficTally _tally = new();

    [Fact]
    public void OpenAndClosedConnectionsResetsAndSynRetransmissionsAreCounted()
    {
        Pass(1, TcpFlags.Syn);
        Pass(1, TcpFlags.Syn); // a retransmission
        Pass(1, TcpFlags.Fin | TcpFlags.Ack);
        Pass(1, TcpFlags.Fin | TcpFlags.Ack, fromServer: true);
        Pass(2, TcpFlags.Syn);
        Pass(2, TcpFlags.Rst | TcpFlags.Ack, fromServer: true);
        Pass(3, TcpFlags.Ack); // began before the capture
        Pass(4, TcpFlags.Syn);

        Assert.Equal(new TrafficCounts(Connections: 4, Open: 2, Segments: 8, Resets: 1, SynRetransmissions: 1, Failed: 1), _tally.Counts);
    }

    [Fact]
    public void AReusedPortIsANewConnection()
    {
        Pass(1, TcpFlags.Syn);
        Pass(1, TcpFlags.Rst);
        Pass(1, TcpFlags.Syn);

        Assert.Equal((2, 1, 0), (_tally.Counts.Connections, _tally.Counts.Open, _tally.Counts.SynRetransmissions));
    }

    [Fact]
    public void AnExistingConnectionIsCountedOnceForBothEnds()
    {
        _tally.OnFound(Found(Client(1), Server));
        _tally.OnFound(Found(Server, Client(1)));
        Pass(1, TcpFlags.Ack);

        Assert.Equal((1, 1, 1), (_tally.Counts.Connections, _tally.Counts.Open, _tally.Counts.Segments));
    }

    /// <summary>Of a hundred thousand closed connections few are kept, and the counts stay exact.</summary>
    [Fact]
    public void MemoryIsLimitedToOpenConnections()
    {
        for (var port = 0; port < 100_000; port++)
        {
            Pass(port, TcpFlags.Syn);
            Pass(port, TcpFlags.Rst);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var port = 100_000; port < 300_000; port++)
        {
            Pass(port, TcpFlags.Syn);
            Pass(port, TcpFlags.Rst);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
        Assert.Equal((300_000, 0), (_tally.Counts.Connections, _tally.Counts.Open));
    }

    private static Endpoint Client(int number) => Endpoint.FromBytes([10, 1, (byte)(number >> 24), (byte)(number >> 16)], (ushort)number);

    private static SocketSample Found(Endpoint local, Endpoint remote) =>
        new() { NotBefore = default, NotAfter = default, Local = local, Remote = remote, State = TcpState.Established, Kind = SocketKind.Full, IsInitial = true };

    private void Pass(int client, TcpFlags flags, bool fromServer = false) => _tally.OnSegment(new Segment
    {
        Source = fromServer ? Server : Client(client),
        Destination = fromServer ? Client(client) : Server,
        Flags = flags,
        Seq = 5,
    });
}
