using System.Net;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>Segments as captured: one connection after the other, each of 20 segments from SYN to the last ACK, on reused</summary>
// client ports; or one connection with data only.
internal sealed class SyntheticTraffic
{
    public const int SegmentsPerConnection = 20;
    public const int MessageLength = 25;

    private const int ClientPorts = 500;
    private const long StepNanoseconds = 50_000;
    private const TcpFlags Data = TcpFlags.Psh | TcpFlags.Ack;

    private static readonly Endpoint Server = Endpoint.From(IPAddress.Loopback, 12345);
    private static readonly Timestamp Start = new(1_795_000_000_000_000_000);

    private readonly List<Segment> _segments = [];
    private uint _clientSeq;
    private uint _serverSeq;

    private SyntheticTraffic() { }

    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>The segments as Ethernet frames, as on loopback.</summary>
    public byte[][] Frames => [.. _segments.Select(s => FrameBytes.Of(FrameBytes.Ethernet(0x0800), s))];

    public static Endpoint ServerAddress => Server;

    /// <summary>Whole connections.</summary>
    public static SyntheticTraffic OfConnections(int count)
    {
        var traffic = new SyntheticTraffic();
        for (var i = 0; i < count; i++) traffic.AddConnection(i);
        return traffic;
    }

    /// <summary>One connection with data in one direction, each segment acknowledged.</summary>
    public static SyntheticTraffic OfOneConnection(int segments)
    {
        var traffic = new SyntheticTraffic();
        var client = Client(0);
        traffic.Open(client, 1);
        while (traffic._segments.Count < segments) traffic.Message(client);
        return traffic;
    }

    /// <summary>The link type of <see cref="Frames"/>.</summary>
    public static int LinkType => LinkTypes.Ethernet;

    private static Endpoint Client(int number) => Endpoint.From(IPAddress.Loopback, 40000 + number % ClientPorts);

    private void AddConnection(int number)
    {
        var client = Client(number);
        Open(client, (uint)(number + 1) * 100_000);
        for (var i = 0; i < 6; i++) Message(client);
        Reply(client, Data, 7);
        Say(client, TcpFlags.Ack, 0);
        Say(client, TcpFlags.Fin | TcpFlags.Ack, 0);
        Reply(client, TcpFlags.Fin | TcpFlags.Ack, 0);
        Say(client, TcpFlags.Ack, 0);
    }

    private void Open(Endpoint client, uint iss)
    {
        (_clientSeq, _serverSeq) = (iss, iss * 3);
        Say(client, TcpFlags.Syn, 0);
        Reply(client, TcpFlags.Syn | TcpFlags.Ack, 0);
        Say(client, TcpFlags.Ack, 0);
    }

    private void Message(Endpoint client)
    {
        Say(client, Data, MessageLength);
        Reply(client, TcpFlags.Ack, 0);
    }

    private void Say(Endpoint client, TcpFlags flags, int length)
    {
        var segment = Add(client, Server, flags, _clientSeq, _serverSeq, length);
        _clientSeq = segment.NextSeq;
    }

    private void Reply(Endpoint client, TcpFlags flags, int length)
    {
        var segment = Add(Server, client, flags, _serverSeq, _clientSeq, length);
        _serverSeq = segment.NextSeq;
    }

    private Segment Add(Endpoint source, Endpoint destination, TcpFlags flags, uint seq, uint ack, int length)
    {
        var segment = new Segment
        {
            Time = new Timestamp(Start.Nanoseconds + _segments.Count * StepNanoseconds),
            Source = source,
            Destination = destination,
            Flags = flags,
            Seq = seq,
            Ack = (flags & TcpFlags.Ack) != 0 ? ack : 0,
            Window = 512,
            Length = length,
        };
        _segments.Add(segment);
        return segment;
    }
}
