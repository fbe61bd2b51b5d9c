namespace TcpCapture.Capture;

/// <summary>The Ethernet types the decoder looks at.</summary>
internal static class EtherTypes
{
    public const int IPv4 = 0x0800;
    public const int IPv6 = 0x86DD;
    public const int Vlan = 0x8100;
    public const int ProviderVlan = 0x88A8;
    public const int OldProviderVlan = 0x9100;
    public const int Mpls = 0x8847;
    public const int MplsUpstream = 0x8848;
    public const int PppoeSession = 0x8864;

    /// <summary>Below this the field is the length of an IEEE 802.3 frame.</summary>
    public const int Lowest = 0x0600;
}
