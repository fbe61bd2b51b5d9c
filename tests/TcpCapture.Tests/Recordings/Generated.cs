using TcpCapture.Model;

namespace TcpCapture.Tests.Recordings;

/// <summary>Generated observations: every field takes unusual values, and times tie often.</summary>
internal sealed class Generated(int seed)
{
    public const long Start = 1_795_413_662_123_456_789;

    private static readonly string[] Texts =
        ["", "connect", "127.0.0.1:12345", "SO_LINGER, 0 s", "a=b", "two\nlines", "\u0000nul", "=", "\"\\", "größer → 漢字 😀", "\u202Ertl"];

    private readonly Random _random = new(seed);

    public static RecordingInfo Info => new()
    {
        Scenario = "both-close",
        Tool = "0.1.0",
        Host = "host",
        System = "Linux 6.18",
        Start = new Timestamp(Start),
        Interface = "lo",
        LinkType = 1,
        Snaplen = 65536,
        Filter = "tcp port 12345 && ip",
        StateSource = "sampled",
        StateSourceReason = "no tracefs",
        SampleIntervalNanoseconds = 1_000_000,
        TraceClockOffsetNanoseconds = 37_000_000_000,
        TraceClockBoundNanoseconds = 800,
        CallsComplete = true,
        Server = Loopback(12345),
        Settings = new Dictionary<string, string> { ["net.ipv4.tcp_fin_timeout"] = "60", ["net.ipv4.tcp_retries2"] = "15" },
    };

    public static void AssertEnd(RecordingEnd? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(End.Notes, actual.Notes);
        Assert.Equal(End with { Notes = actual.Notes }, actual); // a list has no equality of its own
    }

    public static RecordingEnd End => new()
    {
        Notes = ["127.0.0.1:1 → 127.0.0.1:2: an acknowledgement of all it sent"],
        Time = new Timestamp(Start + 9_000_000_000),
        Frames = 20,
        DroppedByKernel = 3,
        DroppedByInterface = null,
        Looks = 8000,
        LongestSamplingGapNanoseconds = 1_234_567,
        SamplerCpuNanoseconds = 44,
        TraceEvents = 12,
        TraceOverruns = 1,
        TraceFailure = "the kernel's trace ended early (no more)",
        TraceClockDriftNanoseconds = -3,
        TraceClockBoundNanoseconds = 900,
        Reason = "interrupted",
    };

    public static Endpoint Loopback(ushort port) => Endpoint.FromBytes([127, 0, 0, 1], port);

    public Observation Any(long time) => _random.Next(5) switch
    {
        0 => Call(time),
        1 => Sample(time),
        2 => Owner(time),
        3 => Trace(time),
        _ => Frame(time),
    };

    public Observation Frame(long time, int linkType = 1)
    {
        var bytes = new byte[_random.Next(4) == 0 ? _random.Next(3000) : _random.Next(60, 90)];
        _random.NextBytes(bytes);
        var original = bytes.Length + _random.Next(2) * _random.Next(100);
        return new Observation(time, 1, sink => sink.OnFrame(new Frame(new Timestamp(time), linkType, original, bytes)));
    }

    public Observation Call(long time)
    {
        var call = new SocketCall
        {
            Id = _random.NextInt64(),
            Socket = _random.Next(),
            Side = _random.Next(2) == 0 ? Side.Client : Side.Server,
            Name = Text(),
            Arguments = Text(),
            Begin = new Timestamp(time),
            End = Maybe(() => new Timestamp(time + _random.Next(5))),
            Result = Maybe(() => _random.NextInt64() - long.MaxValue / 2),
            Error = _random.Next(2) == 0 ? null : "ECONNREFUSED",
            Local = Maybe(Address),
            Remote = Maybe(Address),
            ProcessId = _random.Next(),
        };
        return new Observation(time, 0, sink => sink.OnCall(call));
    }

    public Observation Sample(long time)
    {
        var sample = new SocketSample
        {
            NotBefore = new Timestamp(time),
            NotAfter = new Timestamp(time + _random.Next(5)),
            Local = Address(),
            Remote = Address(),
            Previous = Maybe(() => (TcpState)_random.Next(11)),
            State = (TcpState)_random.Next(11),
            Kind = (SocketKind)_random.Next(5),
            Timer = (SocketTimer)_random.Next(5),
            TimerMilliseconds = Maybe(() => (uint)_random.Next()),
            Retransmits = _random.Next(),
            ReceiveQueue = uint.MaxValue,
            SendQueue = (uint)_random.Next(),
            Inode = ulong.MaxValue,
            Cookie = (ulong)_random.NextInt64(),
            UserId = Maybe(() => uint.MaxValue),
        };
        return new Observation(time, 2, sink => sink.OnSample(sample));
    }

    public Observation Owner(long time)
    {
        var owner = new SocketOwner(new Timestamp(time), Address(), Address(), ulong.MaxValue, _random.Next(), Text());
        return new Observation(time, 3, sink => sink.OnOwner(owner));
    }

    public Observation Trace(long time)
    {
        var trace = new KernelEvent
        {
            Time = new Timestamp(time),
            Kind = (KernelEventKind)_random.Next(9),
            Local = Address(),
            Remote = Address(),
            OldState = Maybe(() => (TcpState)_random.Next(11)),
            NewState = Maybe(() => (TcpState)_random.Next(11)),
            SocketAddress = ulong.MaxValue,
            SegmentAddress = (ulong)_random.NextInt64(),
            Reason = _random.Next(2) == 0 ? null : Text(),
            Errno = Maybe(() => _random.Next()),
            ThreadId = _random.Next(),
            ProcessId = Maybe(() => _random.Next()),
            ProcessName = _random.Next(2) == 0 ? null : Text(),
            Cpu = _random.Next(),
            Ordinal = _random.NextInt64(),
        };
        return new Observation(time, 4, sink => sink.OnTrace(trace));
    }

    private Endpoint Address()
    {
        var address = new byte[_random.Next(2) == 0 ? 4 : 16];
        _random.NextBytes(address);
        return Endpoint.FromBytes(address, (ushort)_random.Next(65536));
    }

    private string Text() => Texts[_random.Next(Texts.Length)];

    private T? Maybe<T>(Func<T> make)
        where T : struct => _random.Next(2) == 0 ? null : make();
}
