namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>The pcapng blocks this project reads or writes (draft-ietf-opsawg-pcapng section 4).</summary>
internal enum PcapNgBlockType : uint
{
    InterfaceDescription = 1,
    ObsoletePacket = 2,
    SimplePacket = 3,
    InterfaceStatistics = 5,
    EnhancedPacket = 6,
    JournalEntry = 9,
    SectionHeader = 0x0A0D0D0A,
}
