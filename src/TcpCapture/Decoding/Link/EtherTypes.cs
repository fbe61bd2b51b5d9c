namespace TcpCapture.Decoding.Link;

/// <summary>The Ethernet types the decoder knows. GRE, Geneve and others use the same numbers.</summary>
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
    public const int EthernetFrame = 0x6558; // a whole Ethernet frame ("transparent Ethernet bridging")
    public const int Ppp = 0x880B; // PPP, with or without address and control
    public const int BackboneService = 0x88E7; // service tag of a provider backbone bridge (IEEE 802.1ah)
    public const int VnTag = 0x8926; // VN-Tag of a virtual interface
    public const int MacSec = 0x88E5; // IEEE 802.1AE
    public const int Nsh = 0x894F; // network service header (RFC 8300)
    public const int Erspan2 = 0x88BE; // a mirrored frame (ERSPAN types I and II)
    public const int Erspan3 = 0x22EB; // a mirrored frame (ERSPAN type III)

    // The negative types are not on the wire: Llc is an IEEE 802.2 header.
    public const int Llc = -1;
    public const int Ieee80211 = -2;

    /// <summary>An IEEE 802.11 frame with a header that the driver padded to a multiple of 4 bytes.</summary>
    public const int Ieee80211Padded = -3;
    public const int MinValue = 0x0600; // below this, the field is the length of an IEEE 802.3 frame

    /// <summary>The Ethernet type for the version in a datagram's first byte; 0 if it is not IP.</summary>
    public static int OfVersion(byte first) => (first >> 4) switch { 4 => IPv4, 6 => IPv6, _ => 0 };

    /// <summary>The result of a header that carries this type.</summary>
    public static DecodeResult Found(int what, out int etherType)
    {
        etherType = what;
        return DecodeResult.Segment;
    }

    /// <summary>The result of a header that may carry this type; 0 is none that leads to TCP.</summary>
    public static DecodeResult FoundIfAny(int what, out int etherType)
    {
        etherType = what;
        return what == 0 ? DecodeResult.NotTcp : DecodeResult.Segment;
    }
}
