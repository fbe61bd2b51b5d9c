using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>The facts for judging a frame of one host: its addresses, and whether the other host should have captured it.</summary>
internal sealed class HostView
{
    public required MatchFile Matches { get; init; }

    public required HostAddresses Addresses { get; init; }

    /// <summary>The servers' addresses that both hosts recorded.</summary>
    public required HashSet<Endpoint> Services { get; init; }

    /// <summary>Begin and end of the other host's capture on the first clock, less the time in flight.</summary>
    public required (Timestamp From, Timestamp Until) PeerRecorded { get; init; }

    /// <summary>True if the other host's capture dropped frames, so that a missing frame proves nothing.</summary>
    public required bool PeerMissedFrames { get; init; }

    /// <summary>The number of the frame.</summary>
    public long Frame { get; set; }

    /// <summary>
    /// True if this host sent it and the other should have captured it; false if the other sent it and should have; null if
    /// the other may not have recorded it.
    /// </summary>
    public bool? IsExpectedAtPeer(in Segment segment, Timestamp time)
    {
        if (time < PeerRecorded.From || time > PeerRecorded.Until) return null;
        if (!Services.Contains(segment.Source) && !Services.Contains(segment.Destination)) return null;
        return Addresses.IsOutbound(segment.FourTuple);
    }
}
