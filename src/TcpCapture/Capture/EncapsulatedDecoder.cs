using PacketDotNet;
using PacketDotNet.Utils;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>
/// Finds the TCP segment inside a tunnel. PacketDotNet is asked one thing only, where the innermost IP header begins;
/// that datagram is then read by <see cref="SegmentDecoder"/>, so that one decoder says what every segment holds.
/// PacketDotNet parses lazily and answers malformed headers with exceptions; it is used for nothing but tunnels because
/// it costs an allocation a header, and its option list and payload are never touched because they can loop or throw.
/// </summary>
internal static class EncapsulatedDecoder
{
    // A frame of nothing but tunnel headers must not cost a parse for every few bytes.
    private const int DeepestNesting = 16;

    /// <summary>Decodes a frame that holds a tunnel.</summary>
    /// <param name="frame">The frame, of a link type PacketDotNet knows or one that begins with an IP header.</param>
    /// <param name="tunnelAt">Where the tunnel's own header begins: an IP header found must lie behind it.</param>
    /// <param name="segment">The segment, if the result is <see cref="DecodeResult.Segment"/>.</param>
    public static DecodeResult Decode(in Frame frame, int tunnelAt, out Segment segment)
    {
        segment = default;
        if (LayersOf(frame, out var skipped) is not { } layers) return DecodeResult.NotTcp;
        int innermost;
        try
        {
            innermost = InnermostInternetHeader(layers, frame.Bytes[skipped..].ToArray());
        }
        catch (NotImplementedException)
        {
            return DecodeResult.NotTcp;
        }
        catch (Exception e) when (e is IndexOutOfRangeException or InvalidOperationException or ArgumentException
            or OverflowException or NullReferenceException or NotSupportedException or InvalidCastException)
        {
            return DecodeResult.Malformed;
        }

        return innermost < 0 || innermost + skipped < tunnelAt
            ? DecodeResult.NotTcp
            : SegmentDecoder.DecodeInternet(frame, innermost + skipped, out segment);
    }

    /// <summary>Where the innermost IP header begins, or -1.</summary>
    private static int InnermostInternetHeader(LinkLayers layers, byte[] bytes)
    {
        var found = -1;
        var packet = Packet.ParsePacket(layers, bytes);
        for (var depth = 0; packet is not null && depth < DeepestNesting; depth++)
        {
            if (packet is IPPacket && SharesBuffer(packet.HeaderSegment, bytes)) found = packet.HeaderSegment.Offset;
            packet = packet.PayloadPacket;
        }

        return found;
    }

    private static bool SharesBuffer(ByteArraySegment segment, byte[] bytes) => ReferenceEquals(segment.Bytes, bytes);

    // PacketDotNet knows NULL in one byte order only and neither LOOP nor IPV4/IPV6; all of those are raw IP behind
    // a header of fixed length.
    private static LinkLayers? LayersOf(in Frame frame, out int skipped)
    {
        skipped = frame.LinkType is LinkTypes.Null or LinkTypes.Loop ? 4 : 0;
        return frame.LinkType switch
        {
            LinkTypes.Ethernet => LinkLayers.Ethernet,
            LinkTypes.LinuxSll => LinkLayers.LinuxSll,
            LinkTypes.LinuxSll2 => LinkLayers.LinuxSll2,
            LinkTypes.Null or LinkTypes.Loop or LinkTypes.Raw or LinkTypes.RawDlt or LinkTypes.RawDltOpenBsd
                or LinkTypes.IPv4 or LinkTypes.IPv6 => LinkLayers.Raw,
            _ => null,
        };
    }
}
