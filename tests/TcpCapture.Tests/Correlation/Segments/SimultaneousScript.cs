using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

/// <summary>Observations of one connection, 0.1 ms apart, and the correlator's rows, one line each.</summary>
internal sealed class SimultaneousScript : ITimelineSink
{
    public static readonly Endpoint Client = Endpoint.FromBytes([127, 0, 0, 1], 12346);
    public static readonly Endpoint Server = Endpoint.FromBytes([127, 0, 0, 1], 12345);

    private const int Step = 100_000;

    private readonly Correlator _correlator;
    private readonly List<string> _rows = [];
    private readonly List<Connection> _connections = [];
    private long _now = 1_000_000_000;
    private long _frames;
    private long _calls;

    public SimultaneousScript() => _correlator = new Correlator(this);

    public IReadOnlyList<Connection> Connections => _connections;

    /// <summary>The rows of changes and segments: <c>client FIN_WAIT_1</c>, <c>&gt;F. FIN_WAIT_1 ESTABLISHED</c>.</summary>
    public string[] Finish()
    {
        _correlator.Finish();
        return [.. _rows];
    }

    /// <summary>The time of the next observation.</summary>
    public Timestamp Now => new(_now);

    public SimultaneousScript Segment(Side from, TcpFlags flags, uint seq, uint ack, int length = 0)
    {
        var segment = new Segment
        {
            Time = Tick(),
            Source = from == Side.Client ? Client : Server,
            Destination = from == Side.Client ? Server : Client,
            Flags = flags,
            Seq = seq,
            Ack = ack,
            Window = 64,
            Length = length,
        };
        _correlator.OnSegment(segment, ++_frames, default);
        return this;
    }

    public SimultaneousScript Call(
        Side side, int socket, string name, long result = 0, string? error = null, long lasting = Step / 2, bool toPeer = true)
    {
        var begin = Tick();
        _correlator.OnCall(new SocketCall
        {
            Id = ++_calls,
            Socket = socket,
            Side = side,
            Name = name,
            Begin = begin,
            End = new Timestamp(begin.Nanoseconds + lasting),
            Result = result,
            Error = error,
            Local = side == Side.Client ? Client : Server,
            Remote = !toPeer ? null : side == Side.Client ? Server : Client,
        });
        return this;
    }

    /// <summary>
    /// A sample that shows a change between now and <paramref name="lasting"/> later; add it before the segments of that
    /// time.
    /// </summary>
    public SimultaneousScript Sample(Side side, TcpState previous, TcpState state, long lasting)
    {
        _correlator.OnSample(new SocketSample
        {
            NotBefore = Now,
            NotAfter = new Timestamp(_now + lasting),
            Local = side == Side.Client ? Client : Server,
            Remote = side == Side.Client ? Server : Client,
            Previous = previous,
            State = state,
            Kind = SocketKind.Full,
        });
        return this;
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        var row = timelineEvent.Kind switch
        {
            EventKind.State => string.Create(CultureInfo.InvariantCulture,
                $"{timelineEvent.Side!.Value.ToText()} {timelineEvent.NewState.ToRfcName()}"),
            EventKind.Segment => string.Create(CultureInfo.InvariantCulture,
                $"{(timelineEvent.Side == Side.Client ? ">" : "<")}{timelineEvent.Segment.Flags.ToTcpdump()} "
                + $"{timelineEvent.ClientState?.ToRfcName()} {timelineEvent.ServerState?.ToRfcName()}{(timelineEvent.IsRetransmission ? " again" : "")}"),
            _ => null,
        };
        if (row is not null) _rows.Add(row);
    }

    public void OnConnectionEnded(Connection connection) => _connections.Add(connection);

    private Timestamp Tick()
    {
        _now += Step;
        return Now;
    }
}
