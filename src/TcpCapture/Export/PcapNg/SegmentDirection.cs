using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Export.PcapNg;

/// <summary>
/// Which way a segment went, seen from the host that recorded it. Between two ends of one host it went both ways at once, and
/// nothing is said.
/// </summary>
internal static class SegmentDirection
{
    /// <summary>Bits 0 and 1 of epb_flags.</summary>
    public const uint Inbound = 1;

    /// <inheritdoc cref="Inbound"/>
    public const uint Outbound = 2;

    private const int CookedV1 = 113;
    private const int CookedV2 = 276;
    private const byte SentByUs = 4;

    /// <summary>The direction, or null if it is not known.</summary>
    public static uint? Of(in TimelineEvent e, in Frame frame)
    {
        if (e is not { IsReadable: true, Connection: { } connection, Side: { } side }) return null;
        if (IsLoopback(e.Segment.Source) || e.Segment.Source.WithPort(0) == e.Segment.Destination.WithPort(0)) return null;
        var (sent, received) = (IsHere(connection[side]), IsHere(connection[side.Peer()]));
        if (sent && received) return null;
        if (ByLinkHeader(frame) is { } direction) return direction;
        return sent ? Outbound : received ? Inbound : null;
    }

    /// <summary>True if calls, looks or the kernel's reports have shown its socket on this host.</summary>
    private static bool IsHere(ConnectionEnd end) =>
        end.Caller is not null || end.Owner is not null || end.LastSample is not null || end.IsTraced;

    /// <summary>A capture on all interfaces says it in each frame's header: the packet type, 4 for what this host sent.</summary>
    private static uint? ByLinkHeader(in Frame frame)
    {
        var at = frame.LinkType switch { CookedV1 => 1, CookedV2 => 10, _ => -1 };
        if (at < 0 || frame.Bytes.Length <= at) return null;
        return frame.Bytes[at] == SentByUs ? Outbound : Inbound;
    }

    private static bool IsLoopback(Endpoint end)
    {
        Span<byte> address = stackalloc byte[16];
        var length = end.WriteAddress(address);
        return length == 4 ? address[0] == 127 : address[15] == 1 && !address[..15].ContainsAnyExcept((byte)0);
    }
}
