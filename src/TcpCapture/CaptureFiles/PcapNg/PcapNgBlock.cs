using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>A block that was read, valid until the next one is.</summary>
internal readonly ref struct PcapNgBlock
{
    public required PcapNgBlockType Type { get; init; }

    /// <summary>Where it begins in the file.</summary>
    public required long Offset { get; init; }

    public required bool BigEndian { get; init; }

    /// <summary>The number of the interface it belongs to, for packets and statistics.</summary>
    public int Interface { get; init; }

    /// <summary>The frame, if it is a packet block of any kind.</summary>
    public Frame Frame { get; init; }

    public bool IsPacket { get; init; }

    /// <summary>False for a simple packet block, whose <see cref="Frame"/> has no time.</summary>
    public bool HasTime { get; init; }

    /// <summary>The entry with its padding, if it is a journal entry; the body of a block for local use.</summary>
    public ReadOnlySpan<byte> Entry { get; init; }

    public ReadOnlySpan<byte> OptionBytes { get; init; }

    public PcapNgOptionReader Options => new(OptionBytes, BigEndian, Offset);
}
