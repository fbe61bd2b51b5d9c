namespace TcpCapture.Recordings;

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

    /// <summary>
    /// Observations between two rows: a block of our own, for local use by its top bit (section 4.1), which other programs skip.
    /// </summary>
    Observations = 0x80544350,
}
