using System.Runtime.InteropServices;

namespace TcpCapture.Recordings.Merging;

/// <summary>The counterpart of a frame in the other recording.</summary>
/// <param name="PeerFrame">Number of the counterpart's frame; 0 if there is none.</param>
/// <param name="OwnTime">The frame's time in nanoseconds, on its own host's clock.</param>
/// <param name="PeerTime">The counterpart's time in nanoseconds, on the other host's clock.</param>
/// <param name="Flags">Further facts.</param>
/// <param name="Missing">Number of its bytes that did not arrive, if others did.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SegmentMatch(long PeerFrame, long OwnTime, long PeerTime, SegmentMatchFlags Flags, int Missing = 0)
{
    public bool IsFound => PeerFrame != 0;

    public bool IsOutbound => (Flags & SegmentMatchFlags.Outbound) != 0;

    public bool IsCertain => (Flags & SegmentMatchFlags.Ambiguous) == 0;

    /// <summary>The match as seen from the counterpart.</summary>
    public SegmentMatch Reverse(long ownFrame) => new(ownFrame, PeerTime, OwnTime, Flags ^ SegmentMatchFlags.Outbound);
}

/// <summary>Facts about a match. Four bytes, as part of a record on disk.</summary>
[Flags]
internal enum SegmentMatchFlags : int
{
    None = 0,

    /// <summary>The frame's own host sent it.</summary>
    Outbound = 1,

    /// <summary>Equal segments were in flight, so the counterpart may be another one.</summary>
    Ambiguous = 2,

    /// <summary>The segment was split or joined on the way.</summary>
    InPieces = 4,
}
