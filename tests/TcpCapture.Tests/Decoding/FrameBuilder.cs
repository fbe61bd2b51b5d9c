using System.Buffers.Binary;
using System.Net;
using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Tests.Decoding;

/// <summary>Builds frames byte by byte, from the inside out, independently of the code under test.</summary>
internal static class FrameBuilder
{
    public static readonly byte[] SynOptions =
    [
        2, 4, 0x05, 0xB4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 3, 3, 7,
    ];

    /// <summary>1111 → 2222, seq 1000, ack 2000, window 512.</summary>
    public static byte[] Tcp(int flags = 0x02, byte[]? options = null, int payload = 0, int? dataOffset = null)
    {
        options ??= [];
        var header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, 1111);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), 2222);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 1000);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), 2000);
        BinaryPrimitives.WriteUInt16BigEndian(
            header.AsSpan(12), (ushort)(((dataOffset ?? (20 + options.Length) / 4) << 12) | flags));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), 512);
        return [.. header, .. options, .. new byte[payload]];
    }

    /// <summary>10.0.0.1 → 10.0.0.2.</summary>
    public static byte[] IPv4(byte[] payload, int protocol = 6, byte[]? options = null, int? totalLength = null, int fragment = 0)
    {
        options ??= [];
        var header = new byte[20];
        header[0] = (byte)(0x40 | ((20 + options.Length) / 4));
        BinaryPrimitives.WriteUInt16BigEndian(
            header.AsSpan(2), (ushort)(totalLength ?? 20 + options.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)fragment);
        header[8] = 64;
        header[9] = (byte)protocol;
        IPAddress.Parse("10.0.0.1").TryWriteBytes(header.AsSpan(12), out _);
        IPAddress.Parse("10.0.0.2").TryWriteBytes(header.AsSpan(16), out _);
        return [.. header, .. options, .. payload];
    }

    /// <summary>The IPv4 datagram with its header's checksum filled in.</summary>
    public static byte[] WithChecksum(byte[] ip)
    {
        byte[] bytes = [.. ip];
        uint sum = 0;
        for (var i = 0; i < (bytes[0] & 15) * 4; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(i));
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), (ushort)~sum);
        return bytes;
    }

    /// <summary>fd00::1 → fd00::2.</summary>
    public static byte[] IPv6(byte[] payload, int nextHeader = 6, int? payloadLength = null)
    {
        var header = new byte[40];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(payloadLength ?? payload.Length));
        header[6] = (byte)nextHeader;
        header[7] = 64;
        IPAddress.Parse("fd00::1").TryWriteBytes(header.AsSpan(8), out _);
        IPAddress.Parse("fd00::2").TryWriteBytes(header.AsSpan(24), out _);
        return [.. header, .. payload];
    }

    public static byte[] Ethernet(byte[] payload, int etherType = 0x0800) =>
        [.. new byte[12], (byte)(etherType >> 8), (byte)etherType, .. payload];

    public static byte[] VlanTag(int etherType, byte[] payload) =>
        [0, 100, (byte)(etherType >> 8), (byte)etherType, .. payload];

    public static byte[] Sll(byte[] payload, int etherType = 0x0800) =>
        [.. new byte[14], (byte)(etherType >> 8), (byte)etherType, .. payload];

    public static byte[] Sll2(byte[] payload, int etherType = 0x0800) =>
        [(byte)(etherType >> 8), (byte)etherType, .. new byte[18], .. payload];

    public static byte[] Gre(byte[] payload, int etherType = 0x0800) =>
        [0, 0, (byte)(etherType >> 8), (byte)etherType, .. payload];

    public static byte[] Udp(byte[] payload, int destinationPort) =>
    [
        0x30, 0x39, (byte)(destinationPort >> 8), (byte)destinationPort,
        (byte)((payload.Length + 8) >> 8), (byte)(payload.Length + 8), 0, 0, .. payload,
    ];

    public static byte[] Vxlan(byte[] ethernet) => Udp([8, 0, 0, 0, 0, 0, 1, 0, .. ethernet], 4789);

    public static byte[] Pppoe(byte[] ip, int pppProtocol = 0x0021) =>
    [
        0x11, 0, 0, 1, (byte)((ip.Length + 2) >> 8), (byte)(ip.Length + 2),
        (byte)(pppProtocol >> 8), (byte)pppProtocol, .. ip,
    ];

    public static DecodeResult Decode(int linkType, byte[] bytes, out Segment segment, int? originalLength = null) =>
        SegmentDecoder.Decode(
            new Frame(new Timestamp(42), linkType, originalLength ?? bytes.Length, bytes), out segment);
}
