using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools;

/// <summary>A client sends data over a path that loses, repeats and reorders, and the capture misses some segments.</summary>
// It is not what a real TCP does, but everything that can be captured of one.
internal sealed class RandomTransfer
{
    private readonly Random _random;
    private readonly Endpoint _client;
    private readonly Endpoint _server = Endpoint.FromBytes([10, 0, 0, 2], 80);
    private readonly List<Segment> _segments = [];
    private readonly List<(uint Seq, int Length)> _sent = [];
    private readonly uint _clientIss;
    private readonly uint _serverIss;
    private long _microseconds;
    private uint _next;
    private uint _acknowledged;

    private RandomTransfer(int seed)
    {
        _random = new Random(seed);
        _client = Endpoint.FromBytes([10, 0, 0, 1], (ushort)(1024 + seed));
        _microseconds = 1_795_000_000_000_000 + seed * 10_000_000L;
        _clientIss = _random.Next(3) == 0 ? (uint)(((uint)_random.Next(4) << 30) - (uint)_random.Next(20_000)) : (uint)_random.NextInt64(uint.MaxValue);
        _serverIss = (uint)_random.NextInt64(uint.MaxValue);
        _next = unchecked(_clientIss + 1);
        _acknowledged = _next;
    }

    public static IReadOnlyList<Segment> Segments(int seed)
    {
        var transfer = new RandomTransfer(seed);
        transfer.Run();
        return transfer._segments;
    }

    private void Run()
    {
        for (var i = _random.Next(1, 3); i > 0; i--) Say(TcpFlags.Syn, _clientIss, 0);
        Answer(TcpFlags.Syn | TcpFlags.Ack, unchecked(_clientIss + 1));
        if (_random.Next(5) == 0) Answer(TcpFlags.Syn | TcpFlags.Ack, unchecked(_clientIss + 1));
        Say(TcpFlags.Ack, _next, 0);
        var troubled = _random.Next(4) != 0;
        for (var i = _random.Next(5, 300); i > 0; i--) Step(troubled);
        if (_random.Next(2) == 0) Say(TcpFlags.Fin | TcpFlags.Ack, _next++, 0);
        Answer(TcpFlags.Ack, _next);
        if (_random.Next(4) == 0) Say(TcpFlags.Rst | TcpFlags.Ack, _next, 0);
    }

    private void Step(bool troubled)
    {
        var what = _random.Next(troubled ? 100 : 70);
        if (what < 35) Fresh(_random.Next(1, 1461));
        else if (what < 65) Acknowledge(_random.Next(1, 4));
        else if (what < 70) Answer(TcpFlags.Ack, _acknowledged);
        else if (what < 76) Again();
        else if (what < 80) _next = unchecked(_next + (uint)_random.Next(1, 3000)); // the capture missed something
        else if (what < 84) Swap();
        else if (what < 87) Answer(TcpFlags.Ack, unchecked(_next - (uint)_random.Next(0, 3000)));
        else if (what < 89) Say(TcpFlags.Ack, unchecked(_next - 1), 1); // keep-alive
        else if (what < 91) Answer(TcpFlags.Ack, _acknowledged, window: 0);
        else if (what < 94) Across();
        else if (what < 96) for (var i = 0; i < 4; i++) Answer(TcpFlags.Ack, _acknowledged);
        else Fresh(1460);
    }

    private void Fresh(int length)
    {
        _sent.Add((_next, length));
        Say(TcpFlags.Ack | TcpFlags.Psh, _next, length);
        _next = unchecked(_next + (uint)length);
    }

    private void Acknowledge(int segments)
    {
        var waiting = _sent.Where(s => SequenceNumber.After(unchecked(s.Seq + (uint)s.Length), _acknowledged)).Take(segments).ToArray();
        if (waiting.Length > 0) _acknowledged = unchecked(waiting[^1].Seq + (uint)waiting[^1].Length);
        Answer(TcpFlags.Ack, _acknowledged);
    }

    private void Again()
    {
        if (_sent.Count == 0) return;
        var (seq, length) = _sent[Math.Max(0, _sent.Count - 1 - _random.Next(12))];
        Say(TcpFlags.Ack | TcpFlags.Psh, seq, length);
    }

    /// <summary>Two reordered segments.</summary>
    private void Swap()
    {
        var length = _random.Next(1, 1461);
        var first = _next;
        _next = unchecked(_next + (uint)length);
        Fresh(_random.Next(1, 1461));
        _sent.Insert(_sent.Count - 1, (first, length));
        Say(TcpFlags.Ack, first, length);
    }

    /// <summary>A retransmission in other pieces.</summary>
    private void Across()
    {
        var back = (uint)_random.Next(1, 5000);
        if (unchecked(_next - back - _clientIss) > 1 << 29) return;
        Say(TcpFlags.Ack, unchecked(_next - back), _random.Next(1, 4000));
        var end = _segments[^1].NextSeq;
        if (SequenceNumber.After(end, _next)) _next = end;
    }

    private void Say(TcpFlags flags, uint seq, int length) =>
        Pass(_client, _server, flags, seq, (flags & TcpFlags.Ack) != 0 ? unchecked(_serverIss + 1) : 0, length, 512);

    private void Answer(TcpFlags flags, uint ack, ushort window = 512) =>
        Pass(_server, _client, flags, (flags & TcpFlags.Syn) != 0 ? _serverIss : unchecked(_serverIss + 1), ack, 0, window);

    private void Pass(Endpoint from, Endpoint to, TcpFlags flags, uint seq, uint ack, int length, ushort window)
    {
        _microseconds += _random.Next(10, 20_000);
        _segments.Add(new Segment
        {
            Time = new Timestamp(_microseconds * 1000),
            Source = from,
            Destination = to,
            Flags = flags,
            Seq = seq,
            Ack = ack,
            Length = length,
            Window = window,
        });
    }
}
