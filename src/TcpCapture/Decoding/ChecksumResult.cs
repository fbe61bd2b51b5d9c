namespace TcpCapture.Decoding;

/// <summary>What a segment's TCP checksum says.</summary>
internal enum ChecksumResult : byte
{
    /// <summary>It is that of the bytes captured.</summary>
    Correct,

    /// <summary>It is not: the segment was changed on its way, or made with a wrong one.</summary>
    Wrong,

    /// <summary>
    /// It covers the pseudo header only, as Linux leaves it for the network card to complete, or writes it when it joined
    /// several segments: captured on the host that sends, or behind its receive offload. It says nothing of the segment.
    /// </summary>
    Offloaded,

    /// <summary>The capture does not hold the whole segment.</summary>
    Unverifiable,
}
