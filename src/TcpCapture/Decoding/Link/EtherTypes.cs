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

    /// <summary>A whole Ethernet frame ("transparent Ethernet bridging").</summary>
    public const int EthernetFrame = 0x6558;

    /// <summary>PPP, with or without address and control.</summary>
    public const int Ppp = 0x880B;

    /// <summary>Service tag of a provider backbone bridge (IEEE 802.1ah).</summary>
    public const int BackboneService = 0x88E7;

    /// <summary>VN-Tag of a virtual interface.</summary>
    public const int VnTag = 0x8926;

    /// <summary>IEEE 802.1AE.</summary>
    public const int MacSec = 0x88E5;

    /// <summary>Network service header (RFC 8300).</summary>
    public const int Nsh = 0x894F;

    /// <summary>A mirrored frame (ERSPAN types I and II).</summary>
    public const int Erspan2 = 0x88BE;

    /// <summary>A mirrored frame (ERSPAN type III).</summary>
    public const int Erspan3 = 0x22EB;

    // The negative types are not on the wire: Llc is an IEEE 802.2 header.
    public const int Llc = -1;
    public const int Ieee80211 = -2;

    /// <summary>An IEEE 802.11 frame with a header that the driver padded to a multiple of 4 bytes.</summary>
    public const int Ieee80211Padded = -3;

    /// <summary>Below this, the field is the length of an IEEE 802.3 frame.</summary>
    public const int MinValue = 0x0600;

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
