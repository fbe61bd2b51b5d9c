using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Joins the kernel's reports of dropped packets to segments: by the receiving socket if it is named, else by time.</summary>
internal sealed class SegmentDrops(Listeners listeners, PendingDrops drops)
{
    /// <summary>How much later than the segment the drop is reported (measured: 91 µs on a busy host).</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan Lead = TimeSpan.FromMicroseconds(5);

    /// <summary>Keeps the drop of a segment and returns a note about it; null for none.</summary>
    // By time only a SYN and what was sent again are joined: of other segments nothing shows that they were lost.
    public string? Note(Connection connection, ConnectionEnd receiver, in Segment segment, FramePassage? passage, bool again)
    {
        if (drops.IsEmpty || passage is { IsLost: true }) return null;
        var here = passage?.Arrival ?? segment.Time;
        var listener = receiver is { Side: Side.Server, State: TcpState.Closed or TcpState.SynRecv }
            ? listeners.Find(segment.Destination)?.SocketAddress ?? 0 : 0;
        if (drops.Find(here.Add(-Lead), here.Add(Lag), receiver.SocketAddress, listener) is not { } drop) return null;
        if (!drop.IsOwn && !SegmentCause.IsSynAlone(segment) && !(again && segment.SequenceLength > 0)) return null;
        if (connection.Drop is not { IsOwn: true } || drop.IsOwn) connection.Drop = drop;
        return drop.IsOwn ? $"the kernel dropped it: {drop.Reason}" : $"the kernel dropped a packet at that moment: {drop.Reason}";
    }
}
