using TcpCapture.Model;
using TcpCapture.PeerTools.Tcptrace;
using TcpCapture.PeerTools.Wireshark;
using TcpCapture.PeerTools.Zeek;

namespace TcpCapture.PeerTools;

/// <summary>
/// What follows from the segments of one connection alone: Wireshark's marks and completeness, Zeek's history and state, tcptrace's
/// round-trip times. One a connection, fed in the order of the capture, without allocation a segment.
/// </summary>
internal sealed class PeerState
{
    private RoundTripPair _roundTrips = new();

    /// <summary>
    /// Wireshark's view, which the correlator asks for each segment's marks: to Wireshark what an older connection's end still sends
    /// belongs to the newer one on its four-tuple.
    /// </summary>
    public WiresharkFlow Wireshark { get; } = new();

    /// <summary>Zeek's view.</summary>
    public ZeekHistory Zeek { get; } = new();

    /// <summary>Round-trip times of what a side sent, as tcptrace takes them; null if there are none.</summary>
    public RoundTrips? RoundTripsOf(Side side) => _roundTrips[side];

    /// <summary>The next segment.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="segment">The segment.</param>
    public void Add(Side side, in Segment segment)
    {
        Zeek.Add(side, segment, !segment.IsCut);
        _roundTrips.Add(side, segment);
    }

    /// <summary>A segment whose checksum is wrong: no end has taken it, but that it came is part of the story.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="segment">The segment.</param>
    public void AddCorrupt(Side side, in Segment segment) =>
        Zeek.AddCorrupt(side, (segment.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn);

    /// <summary>Forgets everything: another connection begins.</summary>
    public void Reset()
    {
        Wireshark.Reset();
        Zeek.Reset();
        _roundTrips.Reset();
    }
}
