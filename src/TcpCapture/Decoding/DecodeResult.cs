namespace TcpCapture.Decoding;

/// <summary>What a frame turned out to hold.</summary>
internal enum DecodeResult : byte
{
    /// <summary>A TCP segment.</summary>
    Segment,

    /// <summary>Something else, well-formed as far as it was looked at.</summary>
    NotTcp,

    /// <summary>A header that contradicts itself or is not there in full.</summary>
    Malformed,

    /// <summary>A fragment of an IP datagram that carries TCP or a tunnel: the segment in it is not whole.</summary>
    Fragment,

    /// <summary>A link layer that cannot be decoded.</summary>
    UnsupportedLinkType,

    /// <summary>Several frames in one (an IEEE 802.11 A-MSDU), of which any may carry TCP: they are not taken apart.</summary>
    Aggregate,
}
