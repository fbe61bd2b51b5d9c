using TcpCapture.Model;
using TcpCapture.PeerTools.Tcptrace;
using TcpCapture.PeerTools.Wireshark;
using TcpCapture.PeerTools.Zeek;

namespace TcpCapture.PeerTools;

/// <summary>What Wireshark, Zeek and tcptrace would compute for a connection, without allocation per segment.</summary>
internal sealed class PeerState
{
    private RoundTripPair _roundTrips = new();

    /// <summary>Wireshark's marks and completeness.</summary>
    // The correlator adds its segments, because Wireshark assigns late segments to the newer connection.
    public WiresharkFlow Wireshark { get; private set; } = new();
    /// <summary>What the correlator keeps with the state, so that one pool serves both.</summary>
    public object? Attached { get; set; }

    public ZeekHistory Zeek { get; } = new();

    /// <summary>tcptrace's round-trip times of a side's segments; null if there are none.</summary>
    public RoundTrips? RoundTripsOf(Side side) => _roundTrips[side];

    /// <summary>Adds the next segment sent by <paramref name="side"/>.</summary>
    public void Add(Side side, in Segment segment)
    {
        Zeek.Add(side, segment, !segment.IsCut);
        _roundTrips.Add(side, segment);
    }

    /// <summary>Adds a segment with a wrong checksum, which appears in Zeek's history only.</summary>
    public void AddCorrupt(Side side, in Segment segment) =>
        Zeek.AddCorrupt(side, (segment.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn);

    /// <summary>Takes over the flow of a connection with the same initial sequence number: to Wireshark both are one stream.</summary>
    public void Continue(PeerState other) => (Wireshark, other.Wireshark) = (other.Wireshark, Wireshark);

    public void Reset()
    {
        Wireshark.Reset();
        Zeek.Reset();
        _roundTrips.Reset();
    }
}

/// <summary>Reuses the peer states of ended connections, which hold most of a connection's memory. Thread-safe.</summary>
internal sealed class PeerStatePool
{
    private readonly Stack<PeerState> _free = new();
    private readonly Lock _lock = new();

    public PeerState Rent()
    {
        lock (_lock)
        {
            return _free.TryPop(out var state) ? state : new PeerState();
        }
    }

    public void Return(PeerState state)
    {
        state.Reset();
        lock (_lock) _free.Push(state);
    }
}
