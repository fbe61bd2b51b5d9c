using System.Buffers.Binary;

namespace TcpCapture.CaptureFiles.Pcap;

/// <summary>Constants of the pcap format (draft-ietf-opsawg-pcap), and our limit for lengths.</summary>
internal static class PcapFormat
{
    public const int FileHeaderLength = 24;
    public const ushort MajorVersion = 2;
    public const ushort MinorVersion = 4;
    public const int RecordHeaderLength = 16;

    /// <summary>Records of the "modified" format also have an interface, a protocol and a packet type.</summary>
    public const int ModifiedRecordHeaderLength = 24;

    /// <summary>Maximum frame length, as in libpcap and Wireshark; a longer one is damage.</summary>
    public const int MaxFrameLength = 262_144;

    public const uint Microseconds = 0xA1B2C3D4;
    public const uint Nanoseconds = 0xA1B23C4D;
    public const uint Modified = 0xA1B2CD34; // Kuznetzov's format, with microseconds

    /// <summary>True if these 4 bytes or more begin a pcap file in either byte order.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> begin) =>
        IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(begin)) || IsMagic(BinaryPrimitives.ReadUInt32BigEndian(begin));

    private static bool IsMagic(uint magic) => magic is Microseconds or Nanoseconds or Modified;
}
