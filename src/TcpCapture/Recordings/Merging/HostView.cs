using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>The facts for judging a frame of one host: its addresses, and whether the other host should have captured it.</summary>
internal sealed class HostView
{
    public required MatchFile Matches { get; init; }
    public required HostAddresses Addresses { get; init; }
    public required HashSet<Endpoint> Services { get; init; } // the servers' addresses that both hosts recorded

    /// <summary>Begin and end of the other host's capture on the first clock, less the time in flight.</summary>
    public required (Timestamp From, Timestamp Until) PeerRecorded { get; init; }

    /// <summary>True if the other host's capture dropped frames, so that a missing frame proves nothing.</summary>
    public required bool PeerMissedFrames { get; init; }

    public long Frame { get; set; }

    /// <summary>True if this host sent it to the other, false for the reverse; null if the other may not have recorded it.</summary>
    public bool? IsExpectedAtPeer(in Segment segment, Timestamp time)
    {
        if (time < PeerRecorded.From || time > PeerRecorded.Until) return null;
        if (!Services.Contains(segment.Source) && !Services.Contains(segment.Destination)) return null;
        return Addresses.IsOutbound(segment.FourTuple);
    }
}

/// <summary>The addresses of the two hosts as one of them sees them.</summary>
internal sealed class HostAddresses
{
    private readonly HashSet<Endpoint> _own = [];
    private readonly HashSet<Endpoint> _peers = [];

    /// <summary>Learns from a segment that both hosts captured: its addresses at this host, and whether this host sent it.</summary>
    public void Add(FourTuple segment, bool isOutbound)
    {
        _own.Add((isOutbound ? segment.Local : segment.Remote).WithPort(0));
        _peers.Add((isOutbound ? segment.Remote : segment.Local).WithPort(0));
    }

    public bool IsPeers(Endpoint end) => _peers.Contains(end.WithPort(0));

    /// <summary>True if this host sent the segment to the other, false for the reverse; null if it is not between the two.</summary>
    public bool? IsOutbound(FourTuple segment)
    {
        var from = segment.Local.WithPort(0);
        var to = segment.Remote.WithPort(0);
        if (_own.Contains(from) && _peers.Contains(to)) return true;
        return _peers.Contains(from) && _own.Contains(to) ? false : null;
    }
}
