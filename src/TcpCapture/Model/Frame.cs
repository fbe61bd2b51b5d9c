namespace TcpCapture.Model;

/// <summary>A captured frame. Valid only during the call it is passed to: its bytes are in the capture's buffer.</summary>
/// <param name="time">When the kernel stamped it.</param>
/// <param name="linkType">The link-layer type, a LINKTYPE_ value as in a pcap file (1 Ethernet, 113 SLL, 276 SLL2, 101 RAW).</param>
/// <param name="originalLength">Length on the wire in bytes.</param>
/// <param name="bytes">The bytes captured, cut at the snaplen.</param>
public readonly ref struct Frame(Timestamp time, int linkType, int originalLength, ReadOnlySpan<byte> bytes)
{
    /// <summary>When the kernel stamped it.</summary>
    public Timestamp Time { get; } = time;

    /// <summary>The link-layer type, a LINKTYPE_ value.</summary>
    public int LinkType { get; } = linkType;

    /// <summary>Length on the wire in bytes.</summary>
    public int OriginalLength { get; } = originalLength;

    /// <summary>The bytes captured, cut at the snaplen.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>What a merged recording knows of it; null in a recording of one host.</summary>
    internal FramePassage? Passage { get; init; }
}
