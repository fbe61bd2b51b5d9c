using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>The addresses of the two hosts as one of them sees them.</summary>
internal sealed class HostAddresses
{
    private readonly HashSet<Endpoint> _own = [];
    private readonly HashSet<Endpoint> _peers = [];

    /// <summary>Learns from a segment that both hosts captured.</summary>
    /// <param name="segment">Its addresses as this host saw them.</param>
    /// <param name="isOutbound">True if this host sent it.</param>
    public void Add(FourTuple segment, bool isOutbound)
    {
        _own.Add((isOutbound ? segment.Local : segment.Remote).WithPort(0));
        _peers.Add((isOutbound ? segment.Remote : segment.Local).WithPort(0));
    }

    /// <summary>True if the address is the other host's.</summary>
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
