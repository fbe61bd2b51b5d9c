using TcpCapture.Model;

namespace TcpCapture.Export.PcapNg;

/// <summary>Whether a segment was inbound or outbound at the recording host; unknown between two sockets of that host.</summary>
// An address is local if a sampled or called socket has it. Kernel events do not count, since they also cover other network
// namespaces.
internal sealed class SegmentDirection(RecordingInfo info)
{
    public const uint Inbound = 1; // bits 0 and 1 of epb_flags

    /// <inheritdoc cref="Inbound"/>
    public const uint Outbound = 2;
    public const int MaxAddresses = 1024; // the memory limit for local addresses
    private const int CookedV1 = 113;
    private const int CookedV2 = 276;
    private const byte SentByUs = 4;

    private readonly HashSet<Endpoint> _ours = [];
    private readonly bool _isLoopback = info.Interface is "lo" or "lo0";

    public void Learn(Endpoint local)
    {
        if (!local.IsAnyAddress && _ours.Count < MaxAddresses) _ours.Add(local.WithPort(0));
    }

    /// <summary>The direction; null if it is unknown.</summary>
    public uint? Of(in TimelineEvent e, in Frame frame)
    {
        if (_isLoopback || !e.IsReadable) return null;
        if (e.Passage is { Kind: not PassageKind.OneHost } passage) return passage.Kind == PassageKind.Sent ? Outbound : Inbound;
        var (source, destination) = (e.Segment.Source.WithPort(0), e.Segment.Destination.WithPort(0));
        if (source == destination || IsLoopback(source)) return null;
        var (sent, received) = (_ours.Contains(source), _ours.Contains(destination));
        if (sent && received) return null;
        if (ByLinkHeader(frame) is { } direction) return direction;
        return sent ? Outbound : received ? Inbound : null;
    }

    /// <summary>The direction by the packet type in a cooked link header; 4 means sent by this host.</summary>
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
