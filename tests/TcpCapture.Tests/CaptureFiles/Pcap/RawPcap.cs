using System.Buffers.Binary;

namespace TcpCapture.Tests.CaptureFiles.Pcap;

/// <summary>Writes pcap in any byte order, magic and version, also with wrong lengths.</summary>
internal sealed class RawPcap
{
    public const uint Microseconds = 0xA1B2C3D4;
    public const uint Nanoseconds = 0xA1B23C4D;
    public const uint Modified = 0xA1B2CD34;

    private readonly List<byte> _file = [];
    private readonly bool _bigEndian;
    private readonly uint _magic;

    public RawPcap(bool bigEndian = false, uint magic = Nanoseconds, uint linkType = 1, ushort major = 2, ushort minor = 4)
    {
        (_bigEndian, _magic) = (bigEndian, magic);
        _file.AddRange([.. U32(magic), .. U16(major), .. U16(minor), .. U32(0), .. U32(0), .. U32(65535), .. U32(linkType)]);
    }

    public byte[] ToArray() => [.. _file];

    public RawPcap Packet(uint seconds, uint fraction, byte[] bytes, uint original) =>
        Claiming(seconds, fraction, (uint)bytes.Length, original, bytes);

    /// <summary>A record that claims other lengths than it has.</summary>
    public RawPcap Claiming(uint seconds, uint fraction, uint first, uint second, byte[] bytes)
    {
        _file.AddRange([.. U32(seconds), .. U32(fraction), .. U32(first), .. U32(second)]);
        if (_magic == Modified) _file.AddRange([.. U32(3), .. U16(0x0800), 4, 0]);
        _file.AddRange(bytes);
        return this;
    }

    private byte[] U16(ushort value)
    {
        var bytes = new byte[2];
        if (_bigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] U32(uint value)
    {
        var bytes = new byte[4];
        if (_bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
