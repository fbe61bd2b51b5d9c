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
    public const int ETag = 0x893F; // E-Tag of a port extender (IEEE 802.1BR)
    public const int Hsr = 0x892F; // sequence tag of a seamless redundancy ring (IEC 62439-3)
    public const int RedundancyTag = 0xF1C1; // IEEE 802.1CB
    public const int CiscoMetaData = 0x8909; // carries a TrustSec security group
    public const int FabricPath = 0x8903;
    public const int Trill = 0x22F3;
    public const int JumboLlc = 0x8870; // an IEEE 802.2 frame longer than a length field can say
    public const int MacSec = 0x88E5; // IEEE 802.1AE
    public const int Nsh = 0x894F; // network service header (RFC 8300)
    public const int Erspan2 = 0x88BE; // a mirrored frame (ERSPAN types I and II)
    public const int Erspan3 = 0x22EB; // a mirrored frame (ERSPAN type III)

    // The negative types are not on the wire: Llc is an IEEE 802.2 header.
    public const int Llc = -1;
    public const int Ieee80211 = -2;

    /// <summary>An IEEE 802.11 frame with a header that the driver padded to a multiple of 4 bytes.</summary>
    public const int Ieee80211Padded = -3;
    public const int Ieee80211Capwap = -4; // its control field may have its bytes swapped
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

    /// <summary>The result of a header that is not decoded; the type is a code of <see cref="OpaqueProtocols"/>.</summary>
    public static DecodeResult Opaque(int code, out int etherType)
    {
        etherType = code;
        return DecodeResult.Opaque;
    }

    /// <summary>True for types without TCP: ARP, LLDP, spanning tree and other control, storage and industrial protocols.</summary>
    public static bool IsWithoutTcp(int etherType) => etherType is < MinValue or 0x0600 or 0x0805 or 0x0806 or 0x0842 or 0x0BAD or 0x0BAF
        or 0x2000 or 0x2001 or 0x2003 or 0x2004 or 0x22EA or 0x22F0 or 0x22F4 or 0x3C07 or 0x3E3F or (>= 0x6000 and <= 0x6009) or 0x8021
        or 0x8035 or 0x8038 or 0x8041 or 0x809B or 0x80D5 or 0x80E1 or 0x80F3 or 0x80FD or (>= 0x8102 and <= 0x8104) or 0x8133 or 0x8137
        or 0x8138 or 0x8181 or 0x81FD or 0x81FF or 0x8204 or 0x872D or 0x8783 or 0x8808 or 0x8809 or 0x8819 or 0x885A or 0x8863
        or (>= 0x886C and <= 0x886F) or 0x887B or 0x888E or 0x8892 or 0x8899 or 0x88A1 or 0x88A2 or 0x88A4 or 0x88AB or 0x88AD or 0x88B4
        or (>= 0x88B8 and <= 0x88BA) or 0x88BF or 0x88C7 or 0x88CA or 0x88CC or 0x88CD or 0x88D8 or 0x88D9 or 0x88DC or 0x88DE or 0x88E1
        or 0x88E3 or 0x88EE or (>= 0x88F5 and <= 0x88F8) or 0x88FB or 0x8901 or 0x8902 or 0x8906 or 0x8911 or 0x8914 or 0x8915 or 0x8917
        or 0x891D or 0x892B or 0x892D or 0x893A or 0x8940 or 0x8988 or 0x9000 or 0x9003 or 0x9021 or 0x9022 or 0x9104 or 0xAEFE or 0xC021
        or 0xC023 or 0xCAFE or 0xD00D or 0xFEFE or 0xFFF2;
}
