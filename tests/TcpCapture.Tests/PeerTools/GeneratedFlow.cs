using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools;

/// <summary>One connection's random segments: mostly valid, with much loss, repetition, reordering, probes and wrong</summary>
// numbers, and sometimes a segment that no end would send.
internal sealed class GeneratedFlow(Random random, ushort port)
{
    private const int LastPieces = 6;

    private readonly uint[] _iss = [FirstNumber(random), FirstNumber(random)];
    private readonly uint[] _next = new uint[2];
    private readonly ushort[] _window = [512, 512];
    private readonly (uint Ack, ushort Window)?[] _lastAck = new (uint, ushort)?[2];
    private readonly List<(uint Seq, int Length)>[] _sent = [[], []];
    private readonly byte? _scale = ((byte?[])[null, 0, 3, 7, 14])[random.Next(5)];
    private readonly bool _isMidstream = random.Next(5) == 0;
    private int _step = -1;

    /// <summary>The client's port.</summary>
    public ushort Port => port;

    /// <summary>The next segment, sometimes more than one.</summary>
    public IEnumerable<GeneratedSegment> Next()
    {
        if (_step < 0)
        {
            (_next[0], _next[1]) = (_iss[0], _iss[1]);
            _step = _isMidstream ? 3 : 0;
        }

        return _step switch
        {
            0 => [Syn()],
            1 when random.Next(5) > 0 => [SynAck()],
            2 when random.Next(10) > 0 => [Established()],
            _ => Any(random.Next(2)),
        };
    }

    private static uint FirstNumber(Random random) => random.Next(4) switch
    {
        0 => 1000,
        1 => 0xffff_fff0,
        2 => 0x7fff_fff0,
        _ => (uint)random.NextInt64(1L << 32),
    };

    private GeneratedSegment Syn()
    {
        var length = random.Next(8) == 0 ? random.Next(1, 100) : 0; // TCP Fast Open
        _step = 1;
        _next[0] = _iss[0] + 1 + (uint)(random.Next(2) * length);
        return Send(0, TcpFlags.Syn, _iss[0], random.Next(4) == 0 ? 77u : 0, 60000, length) with { Scale = _scale };
    }

    private GeneratedSegment SynAck()
    {
        _step = 2;
        _next[1] = _iss[1] + 1;
        return Send(1, TcpFlags.Syn | TcpFlags.Ack, _iss[1], _next[0], 60000) with { Scale = random.Next(10) == 0 ? null : _scale };
    }

    private GeneratedSegment Established()
    {
        _step = 3;
        return Send(0, TcpFlags.Ack, _next[0], _next[1], _window[0]);
    }

    private IEnumerable<GeneratedSegment> Any(int side)
    {
        if (random.Next(10) == 0) _window[side] = ((ushort[])[0, 0, 1, 100, 512, 2000])[random.Next(6)];
        var (next, window) = (_next[side], _window[side]);
        var ack = _next[1 - side];
        switch (random.Next(40))
        {
            case < 12:
                return [Data(side, next, ((int[])[1, 1, 100, 1000, 1448, 2896])[random.Next(6)], ack)];
            case < 20:
                return [Acknowledge(side, next, ack, window)];
            case < 24 when _sent[side].Count > 0:
                return [Again(side, ack)];
            case < 26 when _sent[1 - side].Count > 0:
                return Recovery(side, next, window == 0 ? (ushort)512 : window);
            case < 28:
                return [Data(side, next + (uint)random.Next(1, 3000), random.Next(3) * 700, ack)];
            case < 30:
                return [Send(side, TcpFlags.Ack, next - 1, ack, window, ((int[])[0, 1, 1, 2, 500])[random.Next(5)])];
            case 30:
                return [Send(side, TcpFlags.Ack, next, ack + (uint)random.Next(1, 1449), window, random.Next(2) * 100)];
            case 31:
                return [Send(side, TcpFlags.Ack, next, ack - (uint)random.Next(1, 1449), window, random.Next(2) * 100)];
            case 32:
                return [Data(side, next, random.Next(2) * 100, ack, TcpFlags.Fin)];
            case 33:
                return [Send(side, TcpFlags.Fin | TcpFlags.Ack, next - 1, ack, window)];
            case 34:
                return [Send(side, TcpFlags.Rst | (TcpFlags)(random.Next(2) * (int)TcpFlags.Ack), next, random.Next(5) == 0 ? 0 : ack, 0)];
            case 35:
                return [Send(0, TcpFlags.Syn, _iss[0], 0, 60000) with { Scale = random.Next(2) == 0 ? null : _scale }];
            case 36:
                return [Send(1, TcpFlags.Syn | TcpFlags.Ack, random.Next(3) == 0 ? FirstNumber(random) : _iss[1], _iss[0] + 1, 60000)];
            case 37:
                return [Send(side, Odd(), next - (uint)random.Next(3), random.Next(2) == 0 ? 0 : ack, window, random.Next(3) * 50)];
            default:
                return [Send(side, TcpFlags.Ack, next, ack, window, 1)];
        }
    }

    /// <summary>Flags no end would combine, without SYN: most SYNs would start another connection.</summary>
    private TcpFlags Odd() => ((TcpFlags[])
    [
        TcpFlags.None, TcpFlags.Fin, TcpFlags.Psh, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Urg, TcpFlags.Fin | TcpFlags.Psh,
        TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack,
    ])[random.Next(7)];

    private GeneratedSegment Data(int side, uint seq, int length, uint ack, TcpFlags more = TcpFlags.None)
    {
        _sent[side].Add((seq, length));
        _next[side] = seq + (uint)length + ((more & TcpFlags.Fin) != 0 ? 1u : 0);
        return Send(side, TcpFlags.Ack | more, seq, ack, _window[side], length);
    }

    private GeneratedSegment Acknowledge(int side, uint next, uint ack, ushort window)
    {
        var (lastAck, lastWindow) = _lastAck[side] is { } last && random.Next(2) == 0 ? last : (ack, window);
        _lastAck[side] = (lastAck, lastWindow);
        return Send(side, TcpFlags.Ack, next, lastAck, lastWindow);
    }

    private GeneratedSegment Again(int side, uint ack)
    {
        var (seq, length) = _sent[side][^random.Next(1, Math.Min(LastPieces, _sent[side].Count) + 1)];
        switch (random.Next(6))
        {
            case 0:
                return Send(side, TcpFlags.Ack, seq + (uint)(length / 2), ack, _window[side], length - length / 2);
            case 1:
                return Send(side, TcpFlags.Ack, seq, ack, _window[side], length + random.Next(1, 100));
            default:
                return Send(side, TcpFlags.Ack, seq, ack, _window[side], length);
        }
    }

    /// <summary>Duplicate acknowledgements, then retransmissions.</summary>
    private List<GeneratedSegment> Recovery(int side, uint next, ushort window)
    {
        var sent = _sent[1 - side];
        var missing = sent[^random.Next(1, Math.Min(LastPieces, sent.Count) + 1)];
        var segments = new List<GeneratedSegment>();
        for (var i = random.Next(1, 5); i >= 0; i--) segments.Add(Send(side, TcpFlags.Ack, next, missing.Seq, window));
        for (var i = random.Next(1, 3); i >= 0; i--) segments.Add(Again(1 - side, next));
        segments.Add(Send(1 - side, TcpFlags.Ack, missing.Seq, next, _window[1 - side], missing.Length));
        return segments;
    }

    private GeneratedSegment Send(int side, TcpFlags flags, uint seq, uint ack, ushort window, int length = 0) =>
        new(port, side, flags, seq, ack, window, length, null);
}
