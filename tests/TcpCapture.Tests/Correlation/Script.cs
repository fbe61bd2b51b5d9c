using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation;

/// <summary>
/// Observations written by hand, 1 ms apart; sequence numbers follow from what was sent. <see cref="Play()"/> delivers them
/// to a correlator in the order of a reorder window.
/// </summary>
internal sealed class Script
{
    public const long Start = 1_795_413_662_000_000_000;
    private const long Millisecond = 1_000_000;
    private const long Lookahead = 1000 * Millisecond;

    private readonly List<(long Time, int Rank, Action<Correlator> Deliver)> _observations = [];
    private readonly Dictionary<(Side, ushort), uint> _next = [];
    private long _now;
    private long _frames;
    private long _calls;

    public static Endpoint ServerAddress { get; } = Endpoint.FromBytes([10, 0, 0, 2], 80);

    /// <summary>The client's port for the following observations.</summary>
    public ushort Port { get; private set; } = 40000;

    private Endpoint ClientAddress => Endpoint.FromBytes([10, 0, 0, 1], Port);

    public Script From(ushort port)
    {
        Port = port;
        return this;
    }

    public Script Wait(double milliseconds)
    {
        _now += (long)(milliseconds * Millisecond);
        return this;
    }

    /// <summary>A segment, with flags as tcpdump writes them.</summary>
    public Script Send(
        Side from, string flags, int length = 0, uint? seq = null, uint? ack = null, ushort window = 512, FramePassage? passage = null)
    {
        Wait(1);
        var bits = Enum.GetValues<TcpFlags>().Where(flag => flag != 0 && flags.Contains(flag.ToTcpdump(), StringComparison.Ordinal))
            .Aggregate(TcpFlags.None, (all, flag) => all | flag);
        var segment = new Segment
        {
            Time = At(_now),
            Source = AddressOf(from),
            Destination = AddressOf(from.Peer()),
            Flags = bits,
            Seq = seq ?? _next.GetValueOrDefault((from, Port)),
            Ack = bits.HasFlag(TcpFlags.Ack) ? ack ?? _next.GetValueOrDefault((from.Peer(), Port)) : 0,
            Window = window,
            Length = length,
        };
        if (!bits.HasFlag(TcpFlags.Rst)) _next[(from, Port)] = segment.NextSeq;
        var frame = ++_frames;
        return Add(_now, 1, correlator => correlator.OnSegment(segment, frame, new Frame(segment.Time, 1, 0, []) { Passage = passage }));
    }

    /// <summary>An ICMP error of type 3 from 10.0.0.9 that quotes a segment of an end.</summary>
    public Script Icmp(Side quoted, uint? seq, byte code = 3, int mtu = 0)
    {
        Wait(1);
        var error = new IcmpError
        {
            Time = At(_now),
            Sender = Endpoint.FromBytes([10, 0, 0, 9], 0),
            Recipient = AddressOf(quoted).WithPort(0),
            Type = 3,
            Code = code,
            Mtu = mtu,
            HasQuote = true,
            Source = AddressOf(quoted),
            Destination = AddressOf(quoted.Peer()),
            Seq = seq,
        };
        var frame = ++_frames;
        return Add(_now, 1, correlator => correlator.OnIcmp(error, frame, default));
    }

    /// <summary>A handshake: S, S. and the ACK.</summary>
    public Script Open(uint clientIss = 100, uint serverIss = 300) =>
        Send(Side.Client, "S", seq: clientIss).Send(Side.Server, "S.", seq: serverIss).Send(Side.Client, ".");

    /// <summary>
    /// A handshake with its kernel events, microseconds from the segments as measured; the client's first has no port.
    /// </summary>
    public Script OpenTraced(ulong client = 0, ulong server = 0, uint clientIss = 100, uint serverIss = 300) =>
        Report(Side.Client, TcpState.Closed, TcpState.SynSent, after: 0.99, client, portless: true).Send(Side.Client, "S", seq: clientIss)
            .Send(Side.Server, "S.", seq: serverIss)
            .Report(Side.Client, TcpState.SynSent, TcpState.Established, after: 0.005, client).Send(Side.Client, ".")
            .Report(Side.Server, TcpState.Listen, TcpState.SynRecv, after: 0.006, server)
            .Report(Side.Server, TcpState.SynRecv, TcpState.Established, after: 0.007, server);

    /// <summary>A call; <paramref name="took"/> is null if it does not return before the recording ends.</summary>
    public Script Call(
        Side side, string name, int socket, string arguments = "", long result = 0, string? error = null, double? took = 0.1,
        Endpoint? local = null, Endpoint? remote = null, int process = 0)
    {
        Wait(1);
        var begun = new SocketCall
        {
            Id = ++_calls,
            Socket = socket,
            Side = side,
            Name = name,
            Arguments = arguments,
            Begin = At(_now),
            Remote = name == "connect" ? ServerAddress : remote,
            Local = local,
            ProcessId = process,
        };
        if (took is not { } milliseconds) return Add(_now, 0, correlator => correlator.OnCall(begun));
        var end = _now + (long)(milliseconds * Millisecond);
        var returned = begun with { End = At(end), Result = result, Error = error };
        if (milliseconds <= 500) return Add(_now, 0, correlator => correlator.OnCall(returned));
        Add(_now, 0, correlator => correlator.OnCall(begun));
        return Add(end, 0, correlator => correlator.OnCall(returned));
    }

    /// <summary>The calls that make the server's listener, socket 1.</summary>
    public Script Listen() => Call(Side.Server, "bind", 1, local: ServerAddress).Call(Side.Server, "listen", 1, "5", local: ServerAddress);

    /// <summary>An accept that returns the connection of the current port.</summary>
    public Script Accept(int socket) => Call(Side.Server, "accept", 1, result: socket, local: ServerAddress, remote: ClientAddress);

    /// <summary>A sample that ends <paramref name="after"/> milliseconds from now.</summary>
    public Script Sample(
        Side side, TcpState? previous, TcpState state, SocketKind kind = SocketKind.Full, double after = 0, double span = 1, uint unread = 0)
    {
        var time = _now + (long)(after * Millisecond);
        var sample = new SocketSample
        {
            NotBefore = At(time - (long)(span * Millisecond)),
            NotAfter = At(time),
            Local = AddressOf(side),
            Remote = AddressOf(side.Peer()),
            Previous = previous,
            State = state,
            Kind = state == TcpState.Closed ? SocketKind.Absent : kind,
            ReceiveQueue = unread,
        };
        return Add(time - Lookahead, 2, correlator => correlator.OnSample(sample));
    }

    /// <summary>An owner of the socket.</summary>
    public Script Holds(Side side, int process, string name)
    {
        var owner = new SocketOwner(At(_now), AddressOf(side), AddressOf(side.Peer()), 7, process, name);
        return Add(_now, 3, correlator => correlator.OnOwner(owner));
    }

    /// <summary>An end's socket, found by the first listing; a null side is the server's listener.</summary>
    public Script Find(Side? side, TcpState state, SocketKind kind = SocketKind.Full)
    {
        var sample = new SocketSample
        {
            NotBefore = At(_now - Millisecond),
            NotAfter = At(_now),
            Local = AddressOf(side ?? Side.Server),
            Remote = side is { } end ? AddressOf(end.Peer()) : EventWriter.Wildcard(ServerAddress),
            State = state,
            Kind = kind,
            IsInitial = true,
        };
        return Add(_now - Lookahead, 2, correlator => correlator.OnSample(sample));
    }

    /// <summary>A sample of the listener.</summary>
    public Script SampleListener(TcpState? previous, TcpState state, uint waiting = 0, uint limit = 5)
    {
        var sample = new SocketSample
        {
            NotBefore = At(_now - Millisecond),
            NotAfter = At(_now),
            Local = ServerAddress,
            Remote = EventWriter.Wildcard(ServerAddress),
            Previous = previous,
            State = state,
            Kind = state == TcpState.Closed ? SocketKind.Absent : SocketKind.Listener,
            ReceiveQueue = waiting,
            SendQueue = limit,
        };
        return Add(_now - Lookahead, 2, correlator => correlator.OnSample(sample));
    }

    /// <summary>A kernel event of a state change, <paramref name="after"/> milliseconds from now.</summary>
    /// <param name="side">The end.</param>
    /// <param name="from">The state before.</param>
    /// <param name="to">The state after.</param>
    /// <param name="after">Milliseconds from now.</param>
    /// <param name="socket">The kernel address of the socket; 0: one per end and port.</param>
    /// <param name="portless">True if the socket has no port yet.</param>
    public Script Report(Side side, TcpState from, TcpState to, double after = 0, ulong socket = 0, bool portless = false) => Report(new KernelEvent
    {
        Time = At(_now + (long)(after * Millisecond)),
        Kind = KernelEventKind.StateChange,
        Local = portless ? AddressOf(side).WithPort(0) : AddressOf(side),
        Remote = AddressOf(side.Peer()),
        OldState = from,
        NewState = to,
        SocketAddress = socket != 0 ? socket : SocketOf(side),
    });

    /// <summary>A kernel event of a state change of the server's listener.</summary>
    public Script ReportListener(TcpState from, TcpState to, double after = 0, ulong socket = 1) => Report(new KernelEvent
    {
        Time = At(_now + (long)(after * Millisecond)),
        Kind = KernelEventKind.StateChange,
        Local = ServerAddress,
        Remote = EventWriter.Wildcard(ServerAddress),
        OldState = from,
        NewState = to,
        SocketAddress = socket,
    });

    /// <summary>A kernel event of an RST.</summary>
    /// <param name="by">Its sender.</param>
    /// <param name="reason">The kernel's reason.</param>
    /// <param name="after">Milliseconds from now.</param>
    /// <param name="provoked">True if a segment provoked it.</param>
    /// <param name="asListener">True if it has the listener's addresses.</param>
    public Script ReportReset(Side by, string? reason, double after = 0, bool provoked = true, bool asListener = false) => Report(new KernelEvent
    {
        Time = At(_now + (long)(after * Millisecond)),
        Kind = KernelEventKind.SendReset,
        Local = AddressOf(by),
        Remote = asListener ? EventWriter.Wildcard(ServerAddress) : AddressOf(by.Peer()),
        SocketAddress = asListener ? 1 : provoked ? 0 : SocketOf(by),
        SegmentAddress = provoked ? 99ul : 0,
        Reason = reason,
    });

    /// <summary>An error that the kernel stores on the socket; 0 for a soft one.</summary>
    public Script ReportError(Side side, int errno, double after = 0) => Report(new KernelEvent
    {
        Time = At(_now + (long)(after * Millisecond)),
        Kind = KernelEventKind.SocketError,
        Local = AddressOf(side),
        Remote = AddressOf(side.Peer()),
        Errno = errno,
    });

    /// <summary>A kernel event of a dropped frame.</summary>
    public Script ReportDrop(string reason, double after = 0, ulong socket = 0) => Report(new KernelEvent
    {
        Time = At(_now + (long)(after * Millisecond)),
        Kind = KernelEventKind.Drop,
        Local = default,
        Remote = default,
        SocketAddress = socket,
        Reason = reason,
    });

    /// <summary>Kernel events were lost here.</summary>
    public Script ReportGap(double after = 0) => Report(new KernelEvent
    {
        Time = At(_now + (long)(after * Millisecond)),
        Kind = KernelEventKind.Gap,
        Local = default,
        Remote = default,
    });

    public Played Play()
    {
        var played = new Played();
        played.Disagreements.AddRange(Play(played).Disagreements.Select(disagreement => disagreement.Text));
        return played;
    }

    /// <summary>Plays the script into <paramref name="sink"/>.</summary>
    public Correlator Play(ITimelineSink sink)
    {
        var correlator = new Correlator(sink);
        foreach (var (_, _, deliver) in _observations.OrderBy(o => o.Time).ThenBy(o => o.Rank)) deliver(correlator);
        correlator.Finish();
        return correlator;
    }

    public static string Milliseconds(Timestamp time) =>
        ((time.Nanoseconds - Start) / 1e6).ToString("0.###", CultureInfo.InvariantCulture);

    private ulong SocketOf(Side side) => (ulong)(side == Side.Client ? 0x10000 : 0x20000) + Port;

    private Script Report(KernelEvent report) =>
        Add(report.Time.Nanoseconds - Start - Lookahead, 4, correlator => correlator.OnTrace(report));

    private static Timestamp At(long nanoseconds) => new(Start + nanoseconds);

    private Endpoint AddressOf(Side side) => side == Side.Client ? ClientAddress : ServerAddress;

    private Script Add(long time, int rank, Action<Correlator> deliver)
    {
        _observations.Add((time, rank, deliver));
        return this;
    }
}
