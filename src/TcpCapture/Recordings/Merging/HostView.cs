using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>What is needed to judge a frame of one host: who is who there, and whether the other host would have seen it.</summary>
internal sealed class HostView
{
    public required MatchFile Matches { get; init; }

    public required HostAddresses Addresses { get; init; }

    /// <summary>The servers' addresses that both hosts were seen to record.</summary>
    public required HashSet<Endpoint> Services { get; init; }

    /// <summary>When the other host's capture began and ended, on the first clock, less what may then have been on the way.</summary>
    public required (Timestamp From, Timestamp Until) PeerRecorded { get; init; }

    /// <summary>True if the other host's capture missed frames, so that what it does not have may have been there.</summary>
    public required bool PeerMissedFrames { get; init; }

    /// <summary>The number of the frame.</summary>
    public long Frame { get; set; }

    /// <summary>
    /// True if this host sent it and the other should have seen it come, false if the other should have been seen to send
    /// it; null if the other may well not have recorded it.
    /// </summary>
    public bool? IsExpectedAtPeer(in Segment segment, Timestamp time)
    {
        if (time < PeerRecorded.From || time > PeerRecorded.Until) return null;
        if (!Services.Contains(segment.Source) && !Services.Contains(segment.Destination)) return null;
        return Addresses.IsOutbound(segment.FourTuple);
    }
}
