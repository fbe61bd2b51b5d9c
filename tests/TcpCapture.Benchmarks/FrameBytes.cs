using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>Builds frames of a TCP segment with RFC 7323 timestamps, as Linux sends them.</summary>
internal static class FrameBytes
{
    private const int TcpLength = 32;

    /// <summary>The bytes of a frame.</summary>
    /// <param name="link">The link-layer header.</param>
    /// <param name="segment">The segment.</param>
    public static byte[] Of(ReadOnlySpan<byte> link, in Segment segment)
    {
        var ip = Internet(segment, TcpLength + segment.Length);
        var tcp = new byte[TcpLength + segment.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, segment.Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), segment.Destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), segment.Seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), segment.Ack);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(12), (ushort)((TcpLength / 4 << 12) | (int)segment.Flags));
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), segment.Window);
        ReadOnlySpan<byte> timestamps = [1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9];
        timestamps.CopyTo(tcp.AsSpan(20));
        return [.. link, .. ip, .. tcp];
    }

    public static byte[] Ethernet(int etherType) => [.. new byte[12], .. Big(etherType)];
    public static byte[] Vlan(int etherType) => [.. Ethernet(0x8100), 0, 100, .. Big(etherType)];
    public static byte[] Sll2(int etherType) => [.. Big(etherType), .. new byte[18]];

    /// <summary>An IEEE 802.11 data frame's header, and its 802.2 header.</summary>
    public static byte[] Wireless(int etherType) => [0x08, 0x01, .. new byte[22], 0xAA, 0xAA, 3, 0, 0, 0, .. Big(etherType)];

    /// <summary>A PPPoE frame with IPv4.</summary>
    public static byte[] Pppoe(byte[] ip) => [.. Ethernet(0x8864), 0x11, 0, 0, 1, .. Big(ip.Length + 2), 0, 0x21, .. ip];

    /// <summary>An Ethernet frame in VXLAN over IPv4.</summary>
    public static byte[] Vxlan(byte[] inner)
    {
        byte[] ip = [0x45, 0, .. Big(inner.Length + 36), .. new byte[5], 17, .. new byte[10]];
        byte[] udp = [0xC0, 1, .. Big(4789), .. Big(inner.Length + 16), 0, 0];
        return [.. Ethernet(0x0800), .. ip, .. udp, 8, 0, 0, 0, 0, 0, 1, 0, .. inner];
    }

    private static byte[] Internet(in Segment segment, int payload)
    {
        if (segment.Source.IsV6)
        {
            var v6 = new byte[40];
            v6[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(v6.AsSpan(4), (ushort)payload);
            v6[6] = 6;
            segment.Source.WriteAddress(v6.AsSpan(8));
            segment.Destination.WriteAddress(v6.AsSpan(24));
            return v6;
        }

        Span<byte> address = stackalloc byte[16];
        var v4 = new byte[20];
        v4[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(v4.AsSpan(2), (ushort)(20 + payload));
        v4[9] = 6;
        segment.Source.WriteAddress(address);
        address[..4].CopyTo(v4.AsSpan(12));
        segment.Destination.WriteAddress(address);
        address[..4].CopyTo(v4.AsSpan(16));
        return v4;
    }

    private static byte[] Big(int value) => [(byte)(value >> 8), (byte)value];
}
