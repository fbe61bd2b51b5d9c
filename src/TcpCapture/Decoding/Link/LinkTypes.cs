namespace TcpCapture.Decoding.Link;

/// <summary>Link-layer types: LINKTYPE_ values as in files. DLT_ values (libpcap handles) differ in practice for raw IP only.</summary>
internal static class LinkTypes
{
    public const int Null = 0;
    public const int Ethernet = 1;
    public const int Ppp = 9;
    public const int RawDlt = 12;
    public const int RawDltOpenBsd = 14;
    public const int PppHdlc = 50;
    public const int PppEther = 51;
    public const int AtmRfc1483 = 100;
    public const int Raw = 101;
    public const int CiscoHdlc = 104;
    public const int Ieee80211 = 105;
    public const int FrameRelay = 107;
    public const int Loop = 108;
    public const int LinuxSll = 113;
    public const int Ieee80211Prism = 119;
    public const int Ieee80211Radiotap = 127;
    public const int ArcnetLinux = 129;
    public const int Ieee80211Avs = 163;
    public const int Ppi = 192;
    public const int IPv4 = 228;
    public const int IPv6 = 229;
    public const int Pktap = 258;
    public const int LinuxSll2 = 276;

    /// <summary>The LINKTYPE_ value of a handle's DLT_ value.</summary>
    public static int FromDlt(int dlt) => dlt is RawDlt or RawDltOpenBsd ? Raw : dlt;

    /// <summary>The DLT_ value of a LINKTYPE_ value on systems with .NET.</summary>
    public static int ToDlt(int linkType) => linkType == Raw ? RawDlt : linkType;
}
