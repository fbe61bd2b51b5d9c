using System.Buffers.Binary;
using TcpCapture.Model;
using TcpCapture.Tests.Decoding;

namespace TcpCapture.Tests.Recordings;

/// <summary>A simulated run: a few connections, calls, samples and owners in random order, with ties, bursts and long pauses.</summary>
// Each source lags, but by less than the window tolerates.
internal sealed class GeneratedTraffic(int seed)
{
    private const int MostLag = 150_000_000;
    private const int RawIPv4 = 101;

    private readonly Random _random = new(seed);
    private readonly List<Observation> _arrivals = [];
    private readonly long[] _lags = new long[5];
    private long _calls;
    private long _traces;

    /// <summary>Observations in the order of their arrival, at <see cref="Observation.Time"/>.</summary>
    public List<Observation> Make(int count)
    {
        var time = Generated.Start + 1_000_000_000;
        var wide = _random.Next(3);
        for (var number = 0; number < count; number++)
        {
            time += Step(wide);
            switch (_random.Next(wide == 0 ? 15 : 11))
            {
                case 0 or 1:
                    Frame(time);
                    break;
                case 2 or 3:
                    Call(time);
                    break;
                case 4:
                    Arrive(3, time, OwnerAt(time));
                    break;
                case 5 or 6 or 7:
                    var trace = Trace(time);
                    Arrive(4, time, sink => sink.OnTrace(trace));
                    break;
                default:
                    var sample = Sample(time);
                    Arrive(2, time, sink => sink.OnSample(sample));
                    break;
            }
        }

        return [.. _arrivals.OrderBy(arrival => arrival.Time)];
    }

    private long Step(int wide) => _random.Next(12) switch
    {
        < 3 => 0,
        < 7 => _random.Next(1_000_000),
        < 10 => _random.Next(300_000_000) / (wide + 1),
        10 => _random.Next(900_000_000),
        _ => _random.NextInt64(20_000_000_000),
    };

    /// <summary>A source delivers in its order of time.</summary>
    private void Arrive(int source, long time, Action<IObservationSink> deliver)
    {
        _lags[source] = Math.Max(_lags[source], time + _random.Next(MostLag));
        _arrivals.Add(new Observation(_lags[source], source, deliver));
    }

    private void Frame(long time)
    {
        int[] flags = [0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14];
        var bytes = FrameBuilder.IPv4(FrameBuilder.Tcp(flags[_random.Next(flags.Length)], payload: _random.Next(2) * 7));
        var client = (ushort)(1000 + _random.Next(4));
        var toServer = _random.Next(2) == 0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(20), toServer ? client : (ushort)80);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(22), toServer ? (ushort)80 : client);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), (uint)_random.Next(40));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(28), (uint)_random.Next(40));
        if (!toServer) (bytes[15], bytes[19]) = (bytes[19], bytes[15]);
        if (_random.Next(10) == 0) bytes = bytes[.._random.Next(bytes.Length)];
        var stamp = time - (_random.Next(8) == 0 ? _random.Next(1_000_000) : 0);
        Arrive(1, time, sink => sink.OnFrame(new Frame(new Timestamp(stamp), RawIPv4, 60, bytes)));
    }

    private void Call(long time)
    {
        string[] names = ["connect", "accept", "send", "recv", "close", "listen", "shutdown", "kill", "bind"];
        var begun = new SocketCall
        {
            Id = ++_calls,
            Socket = _random.Next(1, 6),
            Side = (Side)_random.Next(2),
            Name = names[_random.Next(names.Length)],
            Begin = new Timestamp(time),
            Local = End(Side.Client),
            Remote = End(Side.Server),
        };
        Arrive(0, time, sink => sink.OnCall(begun));
        long? took = _random.Next(8) switch
        {
            0 => null,
            1 => _random.NextInt64(8_000_000_000),
            2 => 450_000_000 + _random.Next(100_000_000),
            3 => 0,
            _ => _random.Next(2_000_000),
        };
        if (took is not { } nanoseconds) return;
        var returned = begun with { End = new Timestamp(time + nanoseconds), Result = _random.Next(-1, 9) };
        _arrivals.Add(new Observation(Math.Max(_lags[0], time + nanoseconds), 0, sink => sink.OnCall(returned)));
    }

    private SocketSample Sample(long time)
    {
        var side = (Side)_random.Next(2);
        return new SocketSample
        {
            NotBefore = new Timestamp(time - _random.Next(3_000_000)),
            NotAfter = new Timestamp(time),
            Local = End(side),
            Remote = End(side.Peer()),
            Previous = _random.Next(4) == 0 ? null : (TcpState)_random.Next(11),
            State = (TcpState)_random.Next(11),
            Kind = (SocketKind)_random.Next(5),
            ReceiveQueue = (uint)_random.Next(9),
        };
    }

    private KernelEvent Trace(long time)
    {
        string?[] reasons = [null, "NO_SOCKET", "TCP_STATE", "TCP_OVERWINDOW", "77"];
        var side = (Side)_random.Next(2);
        var kind = _random.Next(2) == 0 ? KernelEventKind.StateChange : (KernelEventKind)_random.Next(9);
        var isNowhere = kind is KernelEventKind.Drop or KernelEventKind.Gap;
        var local = isNowhere ? default : End(side);
        return new KernelEvent
        {
            Time = new Timestamp(time),
            Kind = kind,
            Local = _random.Next(6) == 0 ? local.WithPort(0) : local,
            Remote = isNowhere ? default : End(side.Peer()),
            OldState = _random.Next(9) == 0 ? null : (TcpState)_random.Next(11),
            NewState = _random.Next(9) == 0 ? null : (TcpState)_random.Next(11),
            SocketAddress = (ulong)_random.Next(6),
            SegmentAddress = (ulong)_random.Next(3),
            Reason = reasons[_random.Next(reasons.Length)],
            Cpu = _random.Next(2),
            Ordinal = ++_traces,
        };
    }

    private Action<IObservationSink> OwnerAt(long time)
    {
        var owner = new SocketOwner(new Timestamp(time), End(Side.Client), End(Side.Server), 1, _random.Next(), "name");
        return sink => sink.OnOwner(owner);
    }

    private Endpoint End(Side side) => side == Side.Client
        ? Endpoint.FromBytes([10, 0, 0, 1], (ushort)(1000 + _random.Next(4)))
        : Endpoint.FromBytes([10, 0, 0, 2], 80);
}
