namespace TcpCapture.Decoding;

/// <summary>What decoding a frame found.</summary>
internal enum DecodeResult : byte
{
    Segment,

    /// <summary>Something other than TCP, well-formed as far as decoded.</summary>
    NotTcp,

    /// <summary>A header that contradicts itself or is incomplete.</summary>
    Malformed,

    /// <summary>A fragment of an IP datagram with TCP or a tunnel: its segment is incomplete.</summary>
    Fragment,

    /// <summary>A link layer that cannot be decoded.</summary>
    UnsupportedLinkType,

    /// <summary>Several frames in one (an IEEE 802.11 A-MSDU), which are not decoded.</summary>
    Aggregate,

    /// <summary>An ICMP error that quotes a TCP segment with its ports.</summary>
    IcmpError,

    /// <summary>An ICMP error that quotes too little of a TCP segment, or not its first fragment.</summary>
    IcmpWithoutQuote,
}
