using static System.Buffers.Binary.BinaryPrimitives;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>Constants of the pcapng format (draft-ietf-opsawg-pcapng), and our limit for lengths.</summary>
internal static class PcapNgFormat
{
    /// <summary>Maximum block length, written and read. Wireshark's limit for a frame is 256 KiB.</summary>
    public const int MaxBlockLength = 16 * 1024 * 1024;
    public const int BlockOverhead = 12; // block type, total length, and the total length again
    public const uint ByteOrderMagic = 0x1A2B3C4D;

    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;

    public const ushort SectionOperatingSystem = 3;
    public const ushort SectionApplication = 4;

    public const ushort InterfaceName = 2;
    public const ushort InterfaceTimestampResolution = 9;
    public const ushort InterfaceFilter = 11;
    public const ushort InterfaceTimestampOffset = 14;

    public const ushort PacketFlags = 2;
    public const ushort PacketDrops = 4;
    public const ushort PacketId = 5;
    public const ushort PacketProcessThread = 8;

    public const ushort StatisticsStart = 2;
    public const ushort StatisticsEnd = 3;
    public const ushort StatisticsReceived = 4;
    public const ushort StatisticsDroppedByInterface = 5;
    public const ushort StatisticsDroppedByKernel = 7;

    /// <summary>False if a file's first bytes include a byte-order magic that is unknown.</summary>
    public static bool HasByteOrder(ReadOnlySpan<byte> head) =>
        head.Length < 12 || ReadUInt32LittleEndian(head[8..]) == ByteOrderMagic || ReadUInt32BigEndian(head[8..]) == ByteOrderMagic;

    /// <summary>A length rounded up to the 4-byte boundary of blocks and options.</summary>
    public static int Padded(int length) => (length + 3) & ~3;
}
