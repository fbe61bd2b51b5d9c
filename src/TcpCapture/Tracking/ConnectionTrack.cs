using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>
/// What follows from the segments of one connection alone, by the definitions of peers: Wireshark's marks and completeness, Zeek's
/// history and state. One a connection, fed in the order of the capture, without allocation a segment.
/// </summary>
internal sealed class ConnectionTrack
{
    /// <summary>Zeek's view.</summary>
    public ZeekHistory Zeek { get; } = new();

    /// <summary>
    /// Wireshark's view, fed by itself: to Wireshark what an older connection's end still sends belongs to the newer one on its four-tuple.
    /// </summary>
    public WiresharkFlow Wireshark { get; } = new();

    /// <summary>Wireshark's completeness.</summary>
    public int Completeness => Wireshark.Completeness;

    /// <summary>The next segment.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="frame">The bytes of its frame as captured.</param>
    /// <param name="isRetransmission">It carries only what its sender had sent before.</param>
    public void Add(Side side, in Segment segment, ReadOnlySpan<byte> frame, bool isRetransmission) => Zeek.Add(side, segment, isRetransmission);
}
