using System.Buffers.Binary;

namespace TcpCapture.CaptureFiles.Pcap;

/// <summary>Numbers of the pcap format (draft-ietf-opsawg-pcap), and the limit put on its lengths.</summary>
internal static class PcapFormat
{
    public const int FileHeaderLength = 24;
    public const ushort MajorVersion = 2;
    public const ushort MinorVersion = 4;
    public const int RecordHeaderLength = 16;

    /// <summary>The "modified" format's record has an interface, a protocol and a packet type more.</summary>
    public const int ModifiedRecordHeaderLength = 24;

    /// <summary>The longest frame believed: libpcap and Wireshark take a longer one for damage too.</summary>
    public const int MaxFrameLength = 262_144;

    public const uint Microseconds = 0xA1B2C3D4;
    public const uint Nanoseconds = 0xA1B23C4D;

    /// <summary>Kuznetzov's format, with microseconds.</summary>
    public const uint Modified = 0xA1B2CD34;

    /// <summary>True if a pcap file begins so, in either byte order. At least four bytes.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> begin) =>
        IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(begin)) || IsMagic(BinaryPrimitives.ReadUInt32BigEndian(begin));

    private static bool IsMagic(uint magic) => magic is Microseconds or Nanoseconds or Modified;
}
