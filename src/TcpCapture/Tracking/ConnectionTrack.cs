using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>
/// What follows from the segments of one connection alone, by the definitions of peers: Wireshark's marks and completeness, Zeek's
/// history and state, tcptrace's round-trip times. One a connection, fed in the order of the capture, without allocation a segment.
/// </summary>
internal sealed class ConnectionTrack
{
    private RoundTripPair _roundTrips = new();

    /// <summary>Zeek's view.</summary>
    public ZeekHistory Zeek { get; } = new();

    /// <summary>
    /// Wireshark's view, fed by itself: to Wireshark what an older connection's end still sends belongs to the newer one on its four-tuple.
    /// </summary>
    public WiresharkFlow Wireshark { get; } = new();

    /// <summary>Round-trip times of what a side sent, as tcptrace takes them; null if there are none.</summary>
    public RoundTrips? RoundTripsOf(Side side) => _roundTrips[side];

    /// <summary>Wireshark's completeness.</summary>
    public int Completeness => Wireshark.Completeness;

    /// <summary>The next segment.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="frame">The bytes of its frame as captured.</param>
    public void Add(Side side, in Segment segment, ReadOnlySpan<byte> frame)
    {
        Zeek.Add(side, segment, IsWhole(segment, frame));
        _roundTrips.Add(side, segment);
    }

    /// <summary>A segment whose checksum is wrong: no end has taken it, but that it came is part of the story.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="segment">The segment.</param>
    public void AddCorrupt(Side side, in Segment segment) =>
        Zeek.AddCorrupt(side, (segment.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn);

    /// <summary>True if the payload was captured to its end, or the frame is not at hand.</summary>
    private static bool IsWhole(in Segment segment, ReadOnlySpan<byte> frame)
    {
        const int LengthAt = 12;
        if (segment.Length == 0 || segment.HeaderAt == 0 || frame.Length <= segment.HeaderAt + LengthAt) return true;
        return frame.Length - segment.HeaderAt - (frame[segment.HeaderAt + LengthAt] >> 4) * 4 >= segment.Length;
    }
}
