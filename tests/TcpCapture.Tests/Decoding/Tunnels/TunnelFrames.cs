using TcpCapture.Tests.Decoding.Link;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Decoding.Tunnels;

/// <summary>One frame of each link layer and tunnel that can be walked, with the same segment inside.</summary>
internal static class TunnelFrames
{
    /// <summary>The segment in every frame: 1111 → 2222, seq 1000, 7 bytes, all options of a SYN.</summary>
    public static readonly byte[] Inner4 = IPv4(Tcp(0x18, SynOptions, 7));
    public static readonly byte[] Inner6 = IPv6(Tcp(0x18, SynOptions, 7));

    private static readonly byte[] Labels = [0, 1, 0, 64, 0, 2, 1, 64];
    private static readonly byte[] Snap4 = [0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. Inner4];

    public static IEnumerable<(string Name, int LinkType, byte[] Bytes)> All =>
        [.. Links(), .. WirelessFrames.All, .. OverIP(), .. OverGre(), .. OverUdp()];

    private static IEnumerable<(string, int, byte[])> Links() =>
    [
        ("802.3 with SNAP", 1, Ethernet(Snap4, Snap4.Length)),
        ("802.3 with IP's own service access point", 1, Ethernet([6, 6, 3, .. Inner4], 3 + Inner4.Length)),
        ("SNAP behind a VLAN tag", 1, Ethernet(VlanTag(Snap4.Length, Snap4), 0x8100)),
        ("802.2 on SLL", 113, Sll(Snap4, 4)),
        ("three VLAN tags", 1, Ethernet(VlanTag(0x8100, VlanTag(0x9100, VlanTag(0x0800, Inner4))), 0x88A8)),
        ("provider backbone bridge", 1, Ethernet([0, 0, 0, 9, .. Ethernet(VlanTag(0x0800, Inner4), 0x8100)], 0x88E7)),
        ("VN-Tag", 1, Ethernet([0, 1, 0, 2, 8, 0, .. Inner4], 0x8926)),
        ("Cisco MetaData", 1, Ethernet([1, 1, 0, 1, 0, 5, 8, 0, .. Inner4], 0x8909)),
        ("Cisco MetaData with a second option", 1, Ethernet([1, 2, 0, 1, 0, 5, 0, 2, 0, 6, 0x86, 0xDD, .. Inner6], 0x8909)),
        ("Cisco MetaData in a VLAN, and a VLAN in it", 1,
            Ethernet(VlanTag(0x8909, [1, 1, 0, 1, 0, 5, 0x81, 0, .. VlanTag(0x0800, Inner4)]), 0x8100)),
        ("Cisco MetaData, 802.2", 1, Ethernet([1, 1, 0, 1, 0, 5, 0, (byte)Snap4.Length, .. Snap4], 0x8909)),
        ("FabricPath", 1, Ethernet([0x12, 0x34, .. Ethernet(VlanTag(0x0800, Inner4), 0x8100)], 0x8903)),
        ("FabricPath with Cisco MetaData", 1, Ethernet([0x12, 0x34, .. Ethernet([1, 1, 0, 1, 0, 5, 8, 0, .. Inner4], 0x8909)], 0x8903)),
        ("E-Tag", 1, Ethernet([0, 1, 0, 2, 0, 3, 8, 0, .. Inner4], 0x893F)),
        ("E-Tag before a VLAN tag", 1, Ethernet([0, 1, 0, 2, 0, 3, 0x81, 0, .. VlanTag(0x86DD, Inner6)], 0x893F)),
        ("HSR", 1, Ethernet([0, 99, 0, 7, 8, 0, .. Inner4], 0x892F)),
        ("802.1CB", 1, Ethernet([0, 0, 0, 7, 8, 0, .. Inner4], 0xF1C1)),
        ("TRILL", 1, Ethernet([0, 5, 0, 1, 0, 2, .. Ethernet(Inner4)], 0x22F3)),
        ("TRILL with options", 1, Ethernet([0, 0x45, 0, 1, 0, 2, 9, 9, 9, 9, .. Ethernet(Inner4)], 0x22F3)),
        ("jumbo 802.2", 1, Ethernet(Snap4, 0x8870)),
        ("NFLOG", 239, Nflog(2, Inner4, isBigEndian: false)),
        ("NFLOG, big-endian, IPv6", 239, Nflog(10, Inner6, isBigEndian: true)),
        ("NFLOG of a bridge", 239, Nflog(7, Inner4, isBigEndian: false)),
        ("MACsec without encryption", 1, Ethernet([0x20, 0, 0, 0, 0, 1, .. new byte[8], 8, 0, .. Inner4, .. new byte[16]], 0x88E5)),
        ("MPLS", 1, Ethernet([.. Labels, .. Inner6], 0x8847)),
        ("Ethernet over MPLS with a control word", 1, Ethernet([.. Labels, 0, 0, 0, 5, .. Ethernet(WithChecksum(Inner4))], 0x8847)),
        ("Ethernet over MPLS without one", 1, Ethernet([.. Labels, .. Ethernet(WithChecksum(Inner4))], 0x8847)),
        ("PPPoE", 1, Ethernet(Pppoe(Inner4), 0x8864)),
        ("PPPoE with IPv6", 1, Ethernet(Pppoe(Inner6, 0x57), 0x8864)),
        ("PPPoE on SLL2", 276, Sll2(Pppoe(Inner4), 0x8864)),
        ("PPPoE without Ethernet", 51, Pppoe(Inner4)),
        ("PPP", 9, [0xFF, 3, 0, 0x21, .. Inner4]),
        ("PPP, all compressed", 9, [0x21, .. Inner4]),
        ("MPLS over PPP", 9, [0xFF, 3, 0x02, 0x81, .. Labels, .. Inner4]),
        ("Ethernet over PPP", 9, [0xFF, 3, 0, 0x31, 0, 1, .. Ethernet(Inner4)]),
        ("Ethernet of a LAN over PPP", 9, [0xFF, 3, 0, 0x31, 0x40, 1, 0, 0, 0, 9, .. Ethernet(Inner4)]),
        ("PPP with its direction", 204, [1, 0xFF, 3, 0, 0x21, .. Inner4]),
        ("Cisco HDLC with its direction", 205, [0, 0x0F, 0, 8, 0, .. Inner4]),
        ("Frame Relay with its direction", 206, [0, 0x18, 0x41, 3, 0xCC, .. Inner4]),
        ("PPP as pppd writes it", 166, [1, 3, 0, 0x21, .. Inner4]),
        ("PPP in Frame Relay", 107, [0x18, 0x41, 3, 0xCF, 0, 0x21, .. Inner4]),
        ("Ethernet type on NULL", 0, [0, 8, 0, 0, .. Inner4]),
        ("PPP in HDLC", 50, [0xFF, 3, 0, 0x57, .. Inner6]),
        ("Cisco HDLC called PPP", 50, [0x0F, 0, 8, 0, .. Inner4]),
        ("Cisco HDLC", 104, [0x0F, 0, 0x86, 0xDD, .. Inner6]),
        ("Frame Relay", 107, [0x18, 0x41, 3, 0xCC, .. Inner4]),
        ("Frame Relay with SNAP", 107, [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0, .. Inner4]),
        ("macOS, all interfaces", 258, [16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, .. new byte[4], .. Ethernet(Inner4)]),
        ("little-endian LOOP", 108, [2, 0, 0, 0, .. Inner4]),
        ("ARCNET as Linux writes it", 129, [1, 2, 0, 0, 0xD4, 0, 0, 1, .. Inner4]),
        ("ATM, RFC 2684", 100, Snap4),
        ("bridged Ethernet in ATM", 100, [0xAA, 0xAA, 3, 0, 0x80, 0xC2, 0, 7, 0, 0, .. Ethernet(Inner4)]),
    ];

    /// <summary>A packet header, a prefix of five letters with its zero, and the datagram.</summary>
    private static byte[] Nflog(byte family, byte[] ip, bool isBigEndian)
    {
        return
        [
            family, 0, 0, 5, .. Attribute(1, [8, 0, 3, 0]), .. Attribute(10, [.. "hello\0"u8]), .. new byte[2], .. Attribute(9, ip),
        ];

        byte[] Attribute(int type, byte[] value) => [.. Number(4 + value.Length), .. Number(type), .. value];
        byte[] Number(int value) => isBigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];
    }

    private static IEnumerable<(string, int, byte[])> OverIP() =>
    [
        ("Ethernet in IPv6", 101, IPv6(Ethernet(Inner4), 143)),
        ("NSH in IPv6", 101, IPv6([0x0F, 0xC6, 1, 3, .. new byte[20], .. Ethernet(Inner4)], 145)),
        ("IPIP", 1, Ethernet(IPv4(Inner4, 4))),
        ("IPIP behind a VLAN tag", 1, Ethernet(VlanTag(0x0800, IPv4(Inner4, 4)), 0x8100)),
        ("IPIP on SLL", 113, Sll(IPv4(Inner4, 4))),
        ("IPIP on big-endian NULL", 0, [0, 0, 0, 2, .. IPv4(Inner4, 4)]),
        ("IPIP on LOOP", 108, [0, 0, 0, 2, .. IPv4(Inner4, 4)]),
        ("6in4", 1, Ethernet(IPv4(Inner6, 41))),
        ("4in6", 101, IPv6(Inner4, 4)),
        ("6in6 behind a destination option", 101, IPv6([41, 0, 1, 4, 0, 0, 0, 0, .. Inner6], 60)),
        ("EtherIP", 101, IPv4([0x30, 0, .. Ethernet(Inner4)], 97)),
        ("MPLS in IP", 101, IPv4([.. Labels, .. Inner4], 137)),
        ("authentication header on IPv4", 101, IPv4([6, 4, .. new byte[22], .. Tcp(0x18, SynOptions, 7)], 51)),
        ("fifteen deep", 101, Enumerable.Range(0, 15).Aggregate(Inner4, (inside, _) => IPv4(inside, 4))),
    ];

    private static IEnumerable<(string, int, byte[])> OverGre() =>
    [
        ("GRE", 1, Ethernet(IPv4(Gre(Inner4), 47))),
        ("GRE with IPv6", 1, Ethernet(IPv4(Gre(Inner6, 0x86DD), 47))),
        ("GRE with checksum, key and sequence", 101, IPv4([0xB0, 0, 8, 0, .. new byte[12], .. Inner4], 47)),
        ("GRE with a source route", 101, IPv4([0x40, 0, 8, 0, .. new byte[4], 0, 2, 0, 4, 1, 2, 3, 4, .. new byte[4], .. Inner4], 47)),
        ("PPTP", 101, IPv4([0x30, 0x81, 0x88, 0x0B, .. new byte[12], 0xFF, 3, 0, 0x21, .. Inner4], 47)),
        ("NVGRE", 101, IPv4([0x20, 0, 0x65, 0x58, 0, 0, 1, 0, .. Ethernet(Inner4)], 47)),
        ("MPLS over GRE", 101, IPv4(Gre([.. Labels, .. Inner4], 0x8847), 47)),
        ("ERSPAN I", 101, IPv4(Gre(Ethernet(Inner4), 0x88BE), 47)),
        ("ERSPAN II", 101, IPv4([0x10, 0, 0x88, 0xBE, 0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0, 0, .. Ethernet(Inner4)], 47)),
        ("ERSPAN III", 101, IPv4([0x10, 0, 0x22, 0xEB, 0, 0, 0, 1, 0x20, .. new byte[11], .. Ethernet(Inner4)], 47)),
        ("ERSPAN III with a subheader", 101, IPv4([0x10, 0, 0x22, 0xEB, 0, 0, 0, 1, 0x20, .. new byte[10], 1, .. new byte[8], .. Ethernet(Inner4)], 47)),
        ("MikroTik's EoIP", 101, IPv4([0x20, 1, 0x64, 0, 0, (byte)(14 + Inner4.Length), 7, 0, .. Ethernet(Inner4)], 47)),
        ("Cisco MetaData in GRE", 101, IPv4(Gre([8, 0, 1, 1, 0, 1, 0, 5, .. Inner4], 0x8909), 47)),
        ("WCCP", 101, IPv4(Gre(Inner4, 0x883E), 47)),
        ("WCCP 2", 101, IPv4(Gre([0, 0, 1, 2, .. Inner4], 0x883E), 47)),
        ("Aruba's access point", 101, IPv4(Gre(WirelessFrames.Data(Inner4), 0x8210), 47)),
    ];

    private static byte[] Swapped(byte[] frame) => [frame[1], frame[0], .. frame[2..]];

    private static IEnumerable<(string, int, byte[])> OverUdp() =>
    [
        ("VXLAN", 1, Ethernet(IPv4(Vxlan(Ethernet(Inner4)), 17))),
        ("VXLAN on the port of old Linux", 1, Ethernet(IPv4(Udp([8, 0, 0, 0, 0, 0, 1, 0, .. Ethernet(Inner4)], 8472), 17))),
        ("VXLAN over IPv6", 1, Ethernet(IPv6(Vxlan(Ethernet(Inner6, 0x86DD)), 17), 0x86DD)),
        ("VXLAN-GPE", 101, IPv4(Udp([0x0C, 0, 0, 2, 0, 0, 1, 0, .. Inner6], 4790), 17)),
        ("VXLAN-GPE with NSH", 101, IPv4(Udp([0x0C, 0, 0, 4, 0, 0, 1, 0, 0x0F, 0xC6, 1, 3, .. new byte[20], .. Ethernet(Inner4)], 4790), 17)),
        ("CAPWAP with 802.3", 101, IPv4(Udp([0, 0x10, 2, 0, 0, 0, 0, 0, .. Ethernet(Inner4)], 5247), 17)),
        ("CAPWAP with 802.11", 101, IPv4(Udp([0, 0x10, 3, 0, 0, 0, 0, 0, .. WirelessFrames.Data(Inner4)], 5247), 17)),
        ("CAPWAP of Cisco, with wireless information", 101,
            IPv4(Udp([0, 0x20, 3, 0x20, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, .. Swapped(WirelessFrames.Data(Inner4))], 5247), 17)),
        ("Geneve with options", 101, IPv4(Udp([2, 0, 0x65, 0x58, 0, 0, 1, 0, .. new byte[8], .. Ethernet(Inner4)], 6081), 17)),
        ("Geneve with IP", 101, IPv4(Udp([0, 0, 8, 0, 0, 0, 1, 0, .. Inner4], 6081), 17)),
        ("GTP-U", 101, IPv4(Udp([0x30, 255, 0, 0, 0, 0, 0, 1, .. Inner4], 2152), 17)),
        ("GTP-U with a sequence number", 101, IPv4(Udp([0x32, 255, 0, 0, 0, 0, 0, 1, 0, 7, 0, 0, .. Inner6], 2152), 17)),
        ("GTP-U with extensions", 101, IPv4(Udp([0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0xC0, 2, 1, 2, 3, 4, 5, 6, 0, .. Inner4], 2152), 17)),
        ("Teredo", 101, IPv4(Udp(Inner6, 3544), 17)),
        ("Teredo with authentication and origin", 101, IPv4(Udp([0, 1, 2, 3, .. new byte[5 + 9], 0, 0, .. new byte[6], .. Inner6], 3544), 17)),
        ("GRE in UDP", 101, IPv4(Udp(Gre(Inner4), 4754), 17)),
        ("MPLS in UDP", 101, IPv4(Udp([.. Labels, .. Inner4], 6635), 17)),
        ("LISP", 101, IPv4(Udp([.. new byte[8], .. Inner6], 4341), 17)),
        ("AYIYA", 101, IPv4(Udp([0x44, 0x52, 0x11, 41, 0, 0, 0, 0, .. new byte[16 + 20], .. Inner6], 5072), 17)),
        ("L2TP", 101, IPv4(Udp([0x4A, 2, 0, 99, 0, 1, 0, 2, 0, 0, 0, 0, 0, 2, 0, 0, 0xFF, 3, 0, 0x21, .. Inner4], 1701), 17)),
        ("Ethernet in VXLAN in GRE in MPLS", 1, Ethernet([.. Labels, .. IPv4(Gre(IPv4(Vxlan(Ethernet(Inner4)), 17)), 47)], 0x8847)),
    ];
}
