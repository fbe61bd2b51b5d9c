using System.Globalization;

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
    public const int PppPppd = 166;
    public const int Ppi = 192;
    public const int PppWithDirection = 204;
    public const int CiscoHdlcWithDirection = 205;
    public const int FrameRelayWithDirection = 206;
    public const int IPv4 = 228;
    public const int IPv6 = 229;
    public const int Nflog = 239;
    public const int Pktap = 258;
    public const int LinuxSll2 = 276;

    /// <summary>The LINKTYPE_ value of a handle's DLT_ value.</summary>
    public static int FromDlt(int dlt) => dlt is RawDlt or RawDltOpenBsd ? Raw : dlt;
}

/// <summary>The registered names of common link types (www.tcpdump.org/linktypes.html).</summary>
internal static class LinkTypeNames
{
    private static readonly Dictionary<int, string> Names = new()
    {
        [0] = "NULL",
        [1] = "ETHERNET",
        [3] = "AX25",
        [6] = "IEEE802_5",
        [7] = "ARCNET_BSD",
        [8] = "SLIP",
        [9] = "PPP",
        [10] = "FDDI",
        [50] = "PPP_HDLC",
        [51] = "PPP_ETHER",
        [99] = "SYMANTEC_FIREWALL",
        [100] = "ATM_RFC1483",
        [101] = "RAW",
        [104] = "C_HDLC",
        [105] = "IEEE802_11",
        [107] = "FRELAY",
        [108] = "LOOP",
        [113] = "LINUX_SLL",
        [114] = "LTALK",
        [117] = "PFLOG",
        [119] = "IEEE802_11_PRISM",
        [122] = "IP_OVER_FC",
        [123] = "SUNATM",
        [127] = "IEEE802_11_RADIOTAP",
        [129] = "ARCNET_LINUX",
        [138] = "APPLE_IP_OVER_IEEE1394",
        [140] = "MTP2",
        [141] = "MTP3",
        [143] = "DOCSIS",
        [144] = "LINUX_IRDA",
        [147] = "USER0",
        [163] = "IEEE802_11_AVS",
        [166] = "PPP_PPPD",
        [187] = "BLUETOOTH_HCI_H4",
        [189] = "USB_LINUX",
        [192] = "PPI",
        [195] = "IEEE802_15_4_WITHFCS",
        [197] = "ERF",
        [201] = "BLUETOOTH_HCI_H4_WITH_PHDR",
        [204] = "PPP_WITH_DIR",
        [205] = "C_HDLC_WITH_DIR",
        [206] = "FRELAY_WITH_DIR",
        [220] = "USB_LINUX_MMAPPED",
        [226] = "IPNET",
        [227] = "CAN_SOCKETCAN",
        [228] = "IPV4",
        [229] = "IPV6",
        [239] = "NFLOG",
        [240] = "NETANALYZER",
        [247] = "INFINIBAND",
        [248] = "SCTP",
        [249] = "USBPCAP",
        [253] = "NETLINK",
        [258] = "PKTAP",
        [276] = "LINUX_SLL2",
        [292] = "ETHERNET_MPACKET",
    };

    /// <summary><c>IEEE802_11 (105)</c>; the number alone for other types.</summary>
    public static string Of(int linkType) => Names.TryGetValue(linkType, out var name)
        ? string.Create(CultureInfo.InvariantCulture, $"{name} ({linkType})")
        : linkType.ToString(CultureInfo.InvariantCulture);
}
