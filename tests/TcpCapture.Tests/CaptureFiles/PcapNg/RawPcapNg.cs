using System.Buffers.Binary;

namespace TcpCapture.Tests.CaptureFiles.PcapNg;

/// <summary>Writes pcapng in any byte order, with any block, also wrong ones. Independent of PcapNgWriter.</summary>
internal sealed class RawPcapNg(bool bigEndian = false)
{
    private readonly List<byte> _file = [];

    public byte[] ToArray() => [.. _file];
    public RawPcapNg Section() => Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U16(1), .. U16(0), .. U32(uint.MaxValue), .. U32(uint.MaxValue)]);

    /// <summary>Option values must be in the file's byte order.</summary>
    public RawPcapNg Interface(ushort linkType, uint snaplen, params (ushort Code, byte[] Value)[] options) => Block(
        1, [.. U16(linkType), .. U16(0), .. U32(snaplen),
            .. options.SelectMany(option => (byte[])[.. U16(option.Code), .. U16((ushort)option.Value.Length), .. Pad(option.Value)])]);

    public RawPcapNg Packet(uint from, ulong time, byte[] bytes, uint original) => Block(
        6, [.. U32(from), .. U32((uint)(time >> 32)), .. U32((uint)time), .. U32((uint)bytes.Length), .. U32(original), .. Pad(bytes)]);

    public RawPcapNg PacketClaiming(uint captured, byte[] bytes) => Block(
        6, [.. U32(0), .. U32(0), .. U32(0), .. U32(captured), .. U32(captured), .. Pad(bytes)]);

    public RawPcapNg Simple(byte[] bytes, uint original) => Block(3, [.. U32(original), .. Pad(bytes)]);

    public RawPcapNg Obsolete(ushort from, uint time, byte[] bytes, uint original) => Block(
        2, [.. U16(from), .. U16(ushort.MaxValue), .. U32(0), .. U32(time), .. U32((uint)bytes.Length), .. U32(original), .. Pad(bytes)]);

    public RawPcapNg Block(uint type, byte[] body)
    {
        var length = U32((uint)body.Length + 12);
        _file.AddRange([.. U32(type), .. length, .. body, .. length]);
        return this;
    }

    private static byte[] Pad(byte[] bytes) => [.. bytes, .. new byte[-bytes.Length & 3]];

    private byte[] U16(ushort value)
    {
        var bytes = new byte[2];
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] U32(uint value)
    {
        var bytes = new byte[4];
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
