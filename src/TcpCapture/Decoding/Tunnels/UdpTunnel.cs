using System.Buffers.Binary;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding.Tunnels;

/// <summary>Recognises tunnels over UDP by their registered port and their header.</summary>
internal static class UdpTunnel
{
    private const int UdpLength = 8;
    private const int Gtp = 2152;
    private const int L2tp = 1701;
    private const int Teredo = 3544;
    private const int Lisp = 4341;
    private const int Gre = 4754;
    private const int Vxlan = 4789;
    private const int VxlanGpe = 4790;
    private const int Ayiya = 5072;
    private const int Geneve = 6081;
    private const int Mpls = 6635;
    private const int VxlanOfOldLinux = 8472;
    private const int NatTraversal = 4500;
    private const int Capwap = 5247;
    private const int WireGuard = 51820;

    /// <summary>True if the datagram has the port of a tunnel.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes, int udpAt) => bytes.Length >= udpAt + UdpLength && PortOf(bytes[udpAt..]) != 0;

    public static DecodeResult Walk(ReadOnlySpan<byte> bytes, ref int offset, out int etherType)
    {
        etherType = 0;
        if (bytes.Length < offset + UdpLength) return DecodeResult.NotTcp;
        var udp = bytes[offset..];
        var port = PortOf(udp);
        offset += UdpLength;
        if (port == 0) return EtherTypes.FoundIfAny(UdpTunnelHeaders.IsTeredoBetweenPeers(udp) ? EtherTypes.IPv6 : 0, out etherType);
        return port switch
        {
            Gtp => UdpTunnelHeaders.Gtp(bytes, ref offset, out etherType),
            L2tp => UdpTunnelHeaders.L2tp(bytes, ref offset, out etherType),
            Teredo => UdpTunnelHeaders.Teredo(bytes, ref offset, out etherType),
            Lisp => UdpTunnelHeaders.Lisp(bytes, ref offset, out etherType),
            Gre => GreHeader.Walk(bytes, ref offset, out etherType),
            Ayiya => UdpTunnelHeaders.Ayiya(bytes, ref offset, out etherType),
            Geneve => UdpTunnelHeaders.Geneve(bytes, ref offset, out etherType),
            Capwap => UdpTunnelHeaders.Capwap(bytes, ref offset, out etherType),
            NatTraversal => UdpTunnelHeaders.NatTraversal(bytes, offset, out etherType),
            WireGuard => UdpTunnelHeaders.WireGuard(bytes, offset, out etherType),
            Mpls => EtherTypes.Found(EtherTypes.Mpls, out etherType),
            VxlanGpe => UdpTunnelHeaders.Vxlan(bytes, true, ref offset, out etherType),
            _ => UdpTunnelHeaders.Vxlan(bytes, false, ref offset, out etherType),
        };
    }

    // The destination port is the registered one; the source port too for tunnels whose answers swap the ports.
    private static int PortOf(ReadOnlySpan<byte> udp)
    {
        int source = BinaryPrimitives.ReadUInt16BigEndian(udp);
        int destination = BinaryPrimitives.ReadUInt16BigEndian(udp[2..]);
        if (IsTunnelPort(destination)) return destination;
        return source is Gtp or L2tp or Teredo or Ayiya or Capwap or NatTraversal or WireGuard ? source : 0;
    }

    private static bool IsTunnelPort(int port) => port is Gtp or L2tp or Teredo or Lisp or Gre or Vxlan or VxlanGpe or Ayiya
        or Geneve or Mpls or VxlanOfOldLinux or Capwap or NatTraversal or WireGuard;
}
