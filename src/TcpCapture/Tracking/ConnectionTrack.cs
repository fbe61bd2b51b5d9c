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

    /// <summary>Wireshark's marks.</summary>
    public WiresharkFlow Wireshark { get; } = new();

    /// <summary>Round-trip times of what a side sent, as tcptrace takes them; null if there are none.</summary>
    public RoundTrips? RoundTripsOf(Side side) => _roundTrips[side];

    /// <summary>Wireshark's completeness.</summary>
    public int Completeness { get; private set; }

    /// <summary>The next segment.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="frame">The bytes of its frame as captured.</param>
    public SegmentMarks Add(Side side, in Segment segment, ReadOnlySpan<byte> frame)
    {
        Zeek.Add(side, segment, IsWhole(segment, frame));
        _roundTrips.Add(side, segment);
        AddCompleteness(segment);
        return Wireshark.Add(side, segment, frame);
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

    private void AddCompleteness(in Segment segment)
    {
        if (segment.Has(TcpFlags.Syn)) Completeness |= segment.Has(TcpFlags.Ack) ? 2 : 1;
        if (segment.Has(TcpFlags.Ack) && !segment.Has(TcpFlags.Syn)) Completeness |= 4; // tshark 4.0.17 counts that of a FIN or an RST too
        if (segment.Length > 0) Completeness |= 8;
        if (segment.Has(TcpFlags.Fin)) Completeness |= 16;
        if (segment.Has(TcpFlags.Rst)) Completeness |= 32;
    }
}
