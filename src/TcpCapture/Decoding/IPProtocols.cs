namespace TcpCapture.Decoding;

internal static class IPProtocols
{
    public const int HopByHop = 0;
    public const int Icmp = 1;
    public const int IPv4 = 4;
    public const int Tcp = 6;
    public const int Udp = 17;
    public const int IPv6 = 41;
    public const int Routing = 43;
    public const int Fragment = 44;
    public const int Gre = 47;
    public const int Esp = 50;
    public const int Authentication = 51;
    public const int IcmpV6 = 58;
    public const int DestinationOptions = 60;
    public const int EtherIP = 97;
    public const int IPComp = 108;
    public const int L2tp3 = 115;
    public const int Mobility = 135;
    public const int Mpls = 137;
    public const int HostIdentity = 139;
    public const int Shim6 = 140;

    /// <summary>An Ethernet frame (RFC 8986).</summary>
    public const int Ethernet = 143;

    /// <summary>Network service header (RFC 9491).</summary>
    public const int Nsh = 145;

    /// <summary>True for IPv6 extension headers that give their length and the next header.</summary>
    public static bool IsIPv6Extension(int protocol) => protocol is HopByHop or Routing or Fragment or Authentication
        or DestinationOptions or Mobility or HostIdentity or Shim6;

    /// <summary>True for protocols without TCP: ICMP, IGMP, EGP, UDP, DCCP, RSVP, "no next header", EIGRP, OSPF, SCTP …</summary>
    public static bool IsWithoutTcp(int protocol) => protocol is Icmp or 2 or 3 or 5 or 7 or 8 or 9 or 12 or Udp or 20 or 22 or 27 or 28
        or 29 or 30 or 33 or 36 or 37 or 45 or 46 or 48 or 54 or IcmpV6 or 59 or 65 or 66 or 69 or 70 or 75 or 76 or 80 or 81 or 85 or 88
        or 89 or 93 or 101 or 103 or 109 or 111 or 112 or 113 or 118 or 121 or 123 or 124 or 127 or (>= 129 and <= 134) or 136 or 138;
}
