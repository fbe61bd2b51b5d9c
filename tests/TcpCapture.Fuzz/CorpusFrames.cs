using System.Buffers.Binary;

namespace TcpCapture.Fuzz;

/// <summary>One frame for each link layer and tunnel, each with a segment.</summary>
internal static class CorpusFrames
{
    private const int Ethernet = 1;
    private const int IPv4Type = 0x0800;
    private const int IPv6Type = 0x86DD;

    private static readonly byte[] SynOptions = [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 0, 1, 3, 3, 7];
    private static readonly byte[] SackOptions = [1, 1, 5, 10, 0, 0, 4, 0, 0, 0, 8, 0];
    private static readonly byte[] Syn = Tcp(2, SynOptions, 0);
    private static readonly byte[] InV4 = V4(6, Syn);
    private static readonly byte[] InV6 = V6(6, Tcp(0x18, SackOptions, 9));

    /// <summary>Names, LINKTYPE_ values and frames.</summary>
    public static IEnumerable<(string Name, int LinkType, byte[] Frame)> All()
    {
        yield return ("ethernet-ipv4", Ethernet, Link(IPv4Type, InV4));
        yield return ("ethernet-ipv6", Ethernet, Link(IPv6Type, InV6));
        yield return ("ipv4-options", Ethernet, Link(IPv4Type, V4(6, Syn, options: [7, 7, 4, 0, 0, 0, 0, 0])));
        yield return ("ipv4-fragment", Ethernet, Link(IPv4Type, V4(6, Syn, fragment: 0x2000)));
        yield return ("ipv6-extensions", Ethernet, Link(IPv6Type, V6(0, [60, 0, 1, 4, 0, 0, 0, 0, 44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 1, .. Syn])));
        yield return ("vlan", Ethernet, Link(0x8100, [0, 5, .. Big(IPv4Type), .. InV4]));
        yield return ("qinq", Ethernet, Link(0x88A8, [0, 5, .. Big(0x8100), 0, 6, .. Big(IPv6Type), .. InV6]));
        yield return ("mpls", Ethernet, Link(0x8847, [0, 0, 0x10, 64, 0, 0, 0x21, 64, .. InV4]));
        yield return ("mpls-ethernet", Ethernet, Link(0x8847, [0, 0, 0x11, 64, 0, 0, 0, 0, .. Link(IPv4Type, InV4)]));
        yield return ("pppoe", Ethernet, Link(0x8864, [0x11, 0, 0, 1, .. Big(InV4.Length + 2), 0, 0x21, .. InV4]));
        yield return ("llc-snap", Ethernet, [.. new byte[12], .. Big(8 + InV4.Length), 0xAA, 0xAA, 3, 0, 0, 0, .. Big(IPv4Type), .. InV4]);
        yield return ("gre", Ethernet, Link(IPv4Type, V4(47, [0x30, 0, .. Big(IPv4Type), 0, 0, 0, 1, 0, 0, 0, 2, .. InV4])));
        yield return ("gre-ethernet", Ethernet, Link(IPv4Type, V4(47, [0, 0, 0x65, 0x58, .. Link(IPv6Type, InV6)])));
        yield return ("erspan", Ethernet, Link(IPv4Type, V4(47, [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1, 0x10, 0, 0, 1, 0, 0, 0, 0, .. Link(IPv4Type, InV4)])));
        yield return ("ipip", Ethernet, Link(IPv4Type, V4(4, InV4)));
        yield return ("6in4", Ethernet, Link(IPv4Type, V4(41, InV6)));
        yield return ("4in6", Ethernet, Link(IPv6Type, V6(4, InV4)));
        yield return ("vxlan", Ethernet, Link(IPv4Type, V4(17, Udp(4789, [8, 0, 0, 0, 0, 0, 7, 0, .. Link(IPv4Type, InV4)]))));
        yield return ("vxlan-gpe", Ethernet, Link(IPv4Type, V4(17, Udp(4790, [0x0C, 0, 0, 1, 0, 0, 7, 0, .. InV4]))));
        yield return ("geneve", Ethernet, Link(IPv4Type, V4(17, Udp(6081, [1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 0, .. Link(IPv4Type, InV4)]))));
        yield return ("gtpu", Ethernet, Link(IPv4Type, V4(17, Udp(2152, [0x34, 0xFF, .. Big(InV4.Length + 8), 0, 0, 0, 9, 0, 0, 0, 0x85, 1, 0, 5, 0, .. InV4]))));
        yield return ("teredo", Ethernet, Link(IPv4Type, V4(17, Udp(3544, InV6))));
        yield return ("gre-in-udp", Ethernet, Link(IPv4Type, V4(17, Udp(4754, [0, 0, .. Big(IPv4Type), .. InV4]))));
        yield return ("cisco-metadata", Ethernet, Link(0x8909, [1, 1, 0, 1, 0, 5, .. Big(IPv4Type), .. InV4]));
        yield return ("fabricpath", Ethernet, Link(0x8903, [0x12, 0x34, .. Link(0x8909, [1, 1, 0, 1, 0, 5, .. Big(IPv6Type), .. InV6])]));
        yield return ("e-tag", Ethernet, Link(0x893F, [0, 1, 0, 2, 0, 3, .. Big(IPv4Type), .. InV4]));
        yield return ("trill", Ethernet, Link(0x22F3, [0, 0x45, 0, 1, 0, 2, 9, 9, 9, 9, .. Link(IPv4Type, InV4)]));
        yield return ("eoip", Ethernet, Link(IPv4Type, V4(47, [0x20, 1, 0x64, 0, .. Big(InV4.Length + 14), 7, 0, .. Link(IPv4Type, InV4)])));
        yield return ("capwap", Ethernet, Link(IPv4Type, V4(17, Udp(5247, [0, 0x10, 2, 0, 0, 0, 0, 0, .. Link(IPv4Type, InV4)]))));
        yield return ("capwap-wireless", Ethernet, Link(IPv4Type, V4(17, Udp(5247, [0, 0x10, 3, 0, 0, 0, 0, 0, .. Wireless()]))));
        yield return ("ipcomp", Ethernet, Link(IPv4Type, V4(108, [6, 0, 0, 2, .. Syn])));
        yield return ("nflog", 239, [2, 0, 0, 5, 8, 0, 1, 0, 8, 0, 3, 0, (byte)(InV4.Length + 4), 0, 9, 0, .. InV4]);
        yield return ("ppp-bridged", 204, [1, 0xFF, 3, 0, 0x31, 0x40, 1, 0, 0, 0, 9, .. Link(IPv4Type, InV4)]);
        yield return ("null-little-endian", 0, [2, 0, 0, 0, .. InV4]);
        yield return ("null-big-endian", 0, [0, 0, 0, 30, .. InV6]);
        yield return ("loop", 108, [0, 0, 0, 2, .. InV4]);
        yield return ("raw", 101, InV6);
        yield return ("ipv4", 228, InV4);
        yield return ("ipv6", 229, InV6);
        yield return ("sll", 113, [0, 0, 0, 1, 0, 6, .. new byte[8], .. Big(IPv4Type), .. InV4]);
        yield return ("sll2", 276, [.. Big(IPv6Type), 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, .. new byte[8], .. InV6]);
        yield return ("ppp", 9, [0xFF, 3, 0, 0x21, .. InV4]);
        yield return ("ppp-ether", 51, [0x11, 0, 0, 1, .. Big(InV4.Length + 2), 0, 0x21, .. InV4]);
        yield return ("cisco-hdlc", 104, [0x0F, 0, .. Big(IPv4Type), .. InV4]);
        yield return ("ieee80211", 105, Wireless());
        yield return ("radiotap", 127, [0, 0, 8, 0, 0, 0, 0, 0, .. Wireless()]);
        yield return ("prism", 119, [0, 0, 0, 0x44, 0, 0, 0, 0x90, .. new byte[136], .. Wireless()]);
    }

    private static byte[] Wireless() => [0x88, 1, 0, 0, .. new byte[20], 0, 0, 0xAA, 0xAA, 3, 0, 0, 0, .. Big(IPv4Type), .. InV4];
    private static byte[] Link(int type, byte[] payload) => [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, .. Big(type), .. payload];

    private static byte[] Tcp(byte flags, byte[] options, int payload) =>
    [
        .. Big(40000), .. Big(443), 0, 0, 0, 1, 0, 0, 0, 2, (byte)((20 + options.Length) / 4 << 4), flags, 2, 0, 0, 0, 0, 0,
        .. options, .. new byte[payload],
    ];

    private static byte[] Udp(int port, byte[] payload) => [.. Big(50000), .. Big(port), .. Big(8 + payload.Length), 0, 0, .. payload];

    private static byte[] V4(byte protocol, byte[] payload, byte[]? options = null, int fragment = 0)
    {
        options ??= [];
        return
        [
            (byte)(0x45 + options.Length / 4), 0, .. Big(20 + options.Length + payload.Length), 0, 1, .. Big(fragment), 64, protocol, 0, 0,
            10, 0, 0, 1, 10, 0, 0, 2, .. options, .. payload,
        ];
    }

    private static byte[] V6(byte next, byte[] payload) =>
        [0x60, 0, 0, 0, .. Big(payload.Length), next, 64, 0xFD, .. new byte[14], 1, 0xFD, .. new byte[14], 2, .. payload];

    private static byte[] Big(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
