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
    public const int Authentication = 51;
    public const int IcmpV6 = 58;
    public const int DestinationOptions = 60;
    public const int EtherIP = 97;
    public const int Mobility = 135;
    public const int Mpls = 137;
    public const int HostIdentity = 139;
    public const int Shim6 = 140;

    /// <summary>True for IPv6 extension headers that give their length and the next header.</summary>
    public static bool IsIPv6Extension(int protocol) => protocol is HopByHop or Routing or Fragment or Authentication
        or DestinationOptions or Mobility or HostIdentity or Shim6;
}
