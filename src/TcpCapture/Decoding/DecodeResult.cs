namespace TcpCapture.Decoding;

internal enum DecodeResult : byte
{
    Segment,
    NotTcp, // something other than TCP, well-formed as far as decoded
    Malformed, // a header that contradicts itself or is incomplete
    Fragment, // a fragment of an IP datagram with TCP or a tunnel: its segment is incomplete
    UnsupportedLinkType, // a link layer that cannot be decoded
    Aggregate, // several frames in one (an IEEE 802.11 A-MSDU), which are not decoded
    IcmpError, // an ICMP error that quotes a TCP segment with its ports
    IcmpWithoutQuote, // an ICMP error that quotes too little of a TCP segment, or not its first fragment
    Opaque, // a protocol that may hold TCP but is not decoded, such as ESP (OpaqueProtocols)
}
