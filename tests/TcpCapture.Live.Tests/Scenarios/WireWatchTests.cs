using System.Net;
using TcpCapture.Live.Scenarios;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Scenarios;

public class WireWatchTests
{
    private const uint ClientIsn = 0xFFFF_FFF0; // wraps around within the first bytes
    private const uint ServerIsn = 5000;

    private static readonly TimeSpan NoTime = TimeSpan.Zero;
    private static readonly Endpoint Client = Endpoint.From(IPAddress.Loopback, 40_000);
    private static readonly Endpoint Server = Endpoint.From(IPAddress.Loopback, 12_345);
    private static readonly FourTuple FromClient = new(Client, Server);

    private readonly WireWatch _wire = new();

    [Fact]
    public void AHandshakeIsCompleteOnlyWithItsLastAck()
    {
        FromTheClient(TcpFlags.Syn, 0, 0);
        FromTheServer(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        Assert.True(Acknowledged(FromClient, 0));
        Assert.False(Acknowledged(FromClient.Reverse(), 0));
        FromTheClient(TcpFlags.Ack, 1, 1);
        Assert.True(Acknowledged(FromClient.Reverse(), 0));
    }

    [Fact]
    public void DataThatWasNotCapturedYetIsNotAcknowledged()
    {
        Handshake();
        Assert.False(Acknowledged(FromClient, 22));
        FromTheClient(TcpFlags.Psh | TcpFlags.Ack, 1, 1, 22);
        Assert.False(Acknowledged(FromClient, 22));
        FromTheServer(TcpFlags.Ack, 1, 23);
        Assert.True(Acknowledged(FromClient, 22));
        Assert.False(Acknowledged(FromClient, 23));
    }

    [Fact]
    public void AFinTakesASequenceNumber()
    {
        Handshake();
        FromTheClient(TcpFlags.Fin | TcpFlags.Ack, 1, 1);
        Assert.False(Acknowledged(FromClient, 1));
        FromTheServer(TcpFlags.Ack, 1, 2);
        Assert.True(Acknowledged(FromClient, 1));
    }

    [Fact]
    public void AResetEndsTheWait()
    {
        Handshake();
        FromTheServer(TcpFlags.Rst, 1, 0);
        Assert.True(Acknowledged(FromClient, 100));
    }

    [Fact]
    public void AChallengeAckOfThePreviousConnectionAcknowledgesNothing()
    {
        Handshake();
        Feed(Client, Server, TcpFlags.Syn, 777, 0);
        FromTheServer(TcpFlags.Ack, 1, 1);
        Assert.False(Acknowledged(FromClient, 0));
        Feed(Client, Server, TcpFlags.Rst, ClientIsn + 1, 0);
        Feed(Client, Server, TcpFlags.Syn, 777, 0); // retransmitted: the RST belonged to the previous connection
        Assert.False(Acknowledged(FromClient, 0));
        Feed(Server, Client, TcpFlags.Syn | TcpFlags.Ack, 9000, 778);
        Assert.True(Acknowledged(FromClient, 0));
    }

    [Fact]
    public void SynRetransmissionsAreCounted()
    {
        for (var i = 0; i < 3; i++) FromTheClient(TcpFlags.Syn, 0, 0);
        Assert.True(_wire.WaitForClient(Server, wire => wire.Sent.Syns == 3 && wire.Received.Syns == 0, "three SYNs", NoTime, default));
        Assert.False(_wire.WaitForClient(Client, wire => wire.Sent.Syns > 0, "a SYN the other way", NoTime, default));
    }

    [Fact]
    public async Task AWaitEndsWhenTheSegmentIsCaptured()
    {
        Handshake();
        var waiting = Task.Run(() => _wire.WaitAcknowledged(FromClient, 1, TimeSpan.FromSeconds(20), default));
        FromTheClient(TcpFlags.Ack, 1, 1, 1);
        FromTheServer(TcpFlags.Ack, 1, 2);
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Empty(_wire.Notes);
    }

    [Fact]
    public void ATimeoutIsNoted()
    {
        Handshake();
        Assert.False(Acknowledged(FromClient, 5));
        Assert.Contains(FromClient.ToString(), Assert.Single(_wire.Notes));
    }

    [Fact]
    public async Task AWaitEndsWhenCancelled()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Task.Run(() => _wire.WaitAcknowledged(FromClient, 0, TimeSpan.FromSeconds(20), cancel.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void TheNumberOfFollowedConnectionsIsLimited()
    {
        for (var port = 0; port < 60_000; port++) Feed(Endpoint.From(IPAddress.Loopback, port), Server, TcpFlags.Syn, 0, 0);
        var seen = 0;
        _wire.WaitForClient(Server, _ => ++seen < 0, "nothing", NoTime, default);
        Assert.InRange(seen, 1, 8192);
    }

    private bool Acknowledged(FourTuple from, long length) => _wire.WaitAcknowledged(from, length, NoTime, default);

    private void Handshake()
    {
        FromTheClient(TcpFlags.Syn, 0, 0);
        FromTheServer(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        FromTheClient(TcpFlags.Ack, 1, 1);
    }

    private void FromTheClient(TcpFlags flags, uint seq, uint ack, int length = 0) =>
        Feed(Client, Server, flags, unchecked(ClientIsn + seq), ServerIsn + ack, length);

    private void FromTheServer(TcpFlags flags, uint seq, uint ack, int length = 0) =>
        Feed(Server, Client, flags, ServerIsn + seq, unchecked(ClientIsn + ack), length);

    private void Feed(Endpoint source, Endpoint destination, TcpFlags flags, uint seq, uint ack, int length = 0) =>
        _wire.OnSegment(new Segment { Source = source, Destination = destination, Flags = flags, Seq = seq, Ack = ack, Length = length });
}
