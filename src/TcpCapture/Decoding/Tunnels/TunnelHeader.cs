using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding.Tunnels;

/// <summary>Walks tunnels over IP, which may hold a TCP segment.</summary>
internal static class TunnelHeader
{
    private const int EtherIPLength = 2;

    /// <summary>Finds the payload of the tunnel in a datagram, and its type.</summary>
    // Returns DecodeResult.Segment if there is a tunnel, DecodeResult.IcmpError for any ICMP message, otherwise the reason.
    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, in InternetHeader outer, out int etherType, out int offset)
    {
        (etherType, offset) = (0, outer.PayloadAt);
        if (offset > bytes.Length) return DecodeResult.Malformed;
        if (outer.Protocol == IPProtocols.EtherIP) offset += EtherIPLength;
        return outer.Protocol switch
        {
            IPProtocols.IPv4 => EtherTypes.Found(EtherTypes.IPv4, out etherType),
            IPProtocols.IPv6 => EtherTypes.Found(EtherTypes.IPv6, out etherType),
            IPProtocols.Gre => GreHeader.Walk(bytes, ref offset, out etherType),
            IPProtocols.EtherIP => EtherTypes.Found(EtherTypes.EthernetFrame, out etherType),
            IPProtocols.Mpls => EtherTypes.Found(EtherTypes.Mpls, out etherType),
            IPProtocols.Udp => UdpTunnel.Walk(bytes, ref offset, out etherType),
            IPProtocols.Ethernet => EtherTypes.Found(EtherTypes.EthernetFrame, out etherType),
            IPProtocols.Nsh => EtherTypes.Found(EtherTypes.Nsh, out etherType),
            IPProtocols.Icmp or IPProtocols.IcmpV6 => DecodeResult.IcmpError,

            // Session 0 of L2TPv3 is for control messages.
            IPProtocols.L2tp3 when bytes[offset..] is [0, 0, 0, 0, ..] => DecodeResult.NotTcp,
            _ when IPProtocols.IsWithoutTcp(outer.Protocol) => DecodeResult.NotTcp,
            _ => EtherTypes.Opaque(OpaqueProtocols.OfIPProtocol(outer.Protocol), out etherType),
        };
    }

    /// <summary>Classifies a fragment. UDP's port, which identifies a tunnel, is in the first fragment only.</summary>
    public static DecodeResult MayHoldTcp(ReadOnlySpan<byte> bytes, int protocol, int payloadAt, bool isFirst) => protocol switch
    {
        IPProtocols.Udp => isFirst && UdpTunnel.IsOne(bytes, payloadAt) ? DecodeResult.Fragment : DecodeResult.NotTcp,
        _ => IPProtocols.IsWithoutTcp(protocol) ? DecodeResult.NotTcp : DecodeResult.Fragment,
    };
}
