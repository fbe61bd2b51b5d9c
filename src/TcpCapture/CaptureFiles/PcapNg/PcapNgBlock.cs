using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>A block, valid until the next one is read.</summary>
internal readonly ref struct PcapNgBlock
{
    public required PcapNgBlockType Type { get; init; }
    public required long Offset { get; init; }
    public required bool BigEndian { get; init; }
    public int Interface { get; init; } // the interface number, for packets and statistics
    public Frame Frame { get; init; } // the frame of a packet block of any kind
    public bool IsPacket { get; init; }
    public bool HasTime { get; init; } // false for a simple packet block, which has no time

    /// <summary>A journal entry with padding, or the body of a block for local use.</summary>
    public ReadOnlySpan<byte> Entry { get; init; }

    public ReadOnlySpan<byte> OptionBytes { get; init; }
    public PcapNgOptionReader Options => new(OptionBytes, BigEndian, Offset);
}

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
