using TcpCapture.Tests.Decoding.Tunnels;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.Decoding.Link;

/// <summary>IEEE 802.11 frames, and the headers that drivers put before them.</summary>
internal static class WirelessFrames
{
    private static byte[] Inner => TunnelFrames.Inner4;

    public static IEnumerable<(string Name, int LinkType, byte[] Bytes)> All =>
    [
        ("802.11", 105, Data(Inner)),
        ("802.11 with IPv6", 105, [.. Header(0x0108, 24), .. Snap(0x86DD, TunnelFrames.Inner6)]),
        ("802.11 with quality of service", 105, [.. Header(0x0288, 26), .. Snap(0x0800, Inner)]),
        ("802.11 with four addresses", 105, [.. Header(0x0308, 30), .. Snap(0x0800, Inner)]),
        ("802.11 with four addresses and quality of service", 105, [.. Header(0x0388, 32), .. Snap(0x0800, Inner)]),
        ("802.11 with a high throughput field", 105, [.. Header(0x8188, 30), .. Snap(0x0800, Inner)]),
        ("radiotap", 127, [0, 0, 8, 0, 0, 0, 0, 0, .. Data(Inner)]),
        ("radiotap, with the checksum behind", 127, [0, 0, 9, 0, 2, 0, 0, 0, 0x10, .. Data(Inner), 1, 2, 3, 4]),
        ("radiotap, padded", 127,
            [0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, .. new byte[4], .. new byte[8], 0x20, .. Header(0x0188, 26), 0, 0, .. Snap(0x0800, Inner)]),
        ("Prism", 119, [0x44, 0, 0, 0, 144, 0, 0, 0, .. new byte[136], .. Data(Inner)]),
        ("Prism, big-endian", 119, [0, 0, 0, 0x44, 0, 0, 0, 144, .. new byte[136], .. Data(Inner)]),
        ("AVS", 163, [0x80, 0x21, 0x10, 1, 0, 0, 0, 64, .. new byte[56], .. Data(Inner)]),
        ("AVS called Prism", 119, [0x80, 0x21, 0x10, 1, 0, 0, 0, 64, .. new byte[56], .. Data(Inner)]),
        ("PPI", 192, [0, 0, 12, 0, 105, 0, 0, 0, .. new byte[4], .. Data(Inner)]),
        ("PPI with Ethernet", 192, [0, 0, 8, 0, 1, 0, 0, 0, .. Ethernet(Inner)]),
    ];

    /// <summary>A data frame to an access point.</summary>
    public static byte[] Data(byte[] ip) => [.. Header(0x0108, 24), .. Snap(0x0800, ip)];

    /// <summary>A header of zeros except its little-endian control field.</summary>
    public static byte[] Header(int control, int length) => [(byte)control, (byte)(control >> 8), .. new byte[length - 2]];

    private static byte[] Snap(int etherType, byte[] payload) =>
        [0xAA, 0xAA, 3, 0, 0, 0, (byte)(etherType >> 8), (byte)etherType, .. payload];
}
