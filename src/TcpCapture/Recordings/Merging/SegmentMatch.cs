using System.Runtime.InteropServices;

namespace TcpCapture.Recordings.Merging;

/// <summary>What is known of a frame's counterpart in the other recording.</summary>
/// <param name="PeerFrame">Number of the counterpart's frame; 0 if there is none.</param>
/// <param name="OwnTime">The frame's time in nanoseconds, on its own host's clock.</param>
/// <param name="PeerTime">The counterpart's time in nanoseconds, on the other host's clock.</param>
/// <param name="Flags">What else is known.</param>
/// <param name="Missing">How many of its bytes never arrived, if others of them did.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SegmentMatch(long PeerFrame, long OwnTime, long PeerTime, SegmentMatchFlags Flags, int Missing = 0)
{
    public bool IsFound => PeerFrame != 0;

    public bool IsOutbound => (Flags & SegmentMatchFlags.Outbound) != 0;

    public bool IsCertain => (Flags & SegmentMatchFlags.Ambiguous) == 0;

    /// <summary>The same match from the other frame's side.</summary>
    public SegmentMatch Reverse(long ownFrame) => new(ownFrame, PeerTime, OwnTime, Flags ^ SegmentMatchFlags.Outbound);
}
