using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>The marks Wireshark's TCP analysis gives the segments of one connection (DEFINITIONS: tshark 4.0's rules, in its order).</summary>
internal sealed class WiresharkFlow
{
    /// <summary>The next segment, in the order of the capture.</summary>
    /// <param name="side">Its sender.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="frame">The bytes of its frame, for its SACK blocks.</param>
    public SegmentMarks Add(Side side, in Segment segment, ReadOnlySpan<byte> frame) => SegmentMarks.None;
}
