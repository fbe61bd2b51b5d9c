using System.Buffers.Binary;

namespace TcpCapture.Capture;

/// <summary>
/// What an IPv4 or IPv6 header says, extension headers walked. Offsets count from the start of the frame's bytes.
/// </summary>
internal readonly ref struct InternetHeader
{
    private const int IPv4MinimumLength = 20;
    private const int IPv6Length = 40;
    private const int FragmentHeaderLength = 8;

    private InternetHeader(
        ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int protocol, int payloadAt, int payloadLength)
    {
        Source = source;
        Destination = destination;
        Protocol = protocol;
        PayloadAt = payloadAt;
        PayloadLength = payloadLength;
    }

    /// <summary>The source address, 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> Source { get; }

    /// <summary>The destination address, 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> Destination { get; }

    /// <summary>The IP protocol number of the payload.</summary>
    public int Protocol { get; }

    /// <summary>Where the payload begins.</summary>
    public int PayloadAt { get; }

    /// <summary>Length of the payload by the header, whether or not it was captured.</summary>
    public int PayloadLength { get; }

    /// <summary>Reads the header at <paramref name="at"/>.</summary>
    /// <param name="bytes">The frame's captured bytes.</param>
    /// <param name="at">Where the header begins.</param>
    /// <param name="originalLength">The frame's length on the wire.</param>
    /// <param name="header">The header; meaningless unless <see cref="DecodeResult.Segment"/> is returned.</param>
    /// <returns><see cref="DecodeResult.Segment"/> if the whole payload is in this datagram, or why not.</returns>
    public static DecodeResult Read(ReadOnlySpan<byte> bytes, int at, int originalLength, out InternetHeader header)
    {
        header = default;
        if (at >= bytes.Length) return DecodeResult.Malformed;
        return (bytes[at] >> 4) switch
        {
            4 => ReadIPv4(bytes, at, originalLength, out header),
            6 => ReadIPv6(bytes, at, originalLength, out header),
            _ => DecodeResult.Malformed,
        };
    }

    private static DecodeResult ReadIPv4(
        ReadOnlySpan<byte> bytes, int at, int originalLength, out InternetHeader header)
    {
        header = default;
        var ip = bytes[at..];
        if (ip.Length < IPv4MinimumLength) return DecodeResult.Malformed;
        var headerLength = (ip[0] & 0x0F) * 4;
        if (headerLength < IPv4MinimumLength || headerLength > ip.Length) return DecodeResult.Malformed;

        // A super-segment the network card has yet to cut (TSO) may carry 0: then only the frame knows the length.
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (totalLength == 0) totalLength = originalLength - at;
        if (totalLength < headerLength) return DecodeResult.Malformed;

        int protocol = ip[9];
        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF) != 0;
        if (isFragment) return protocol == IPProtocols.Tcp ? DecodeResult.Fragment : DecodeResult.NotTcp;

        header = new InternetHeader(
            ip.Slice(12, 4), ip.Slice(16, 4), protocol, at + headerLength, totalLength - headerLength);
        return DecodeResult.Segment;
    }

    private static DecodeResult ReadIPv6(
        ReadOnlySpan<byte> bytes, int at, int originalLength, out InternetHeader header)
    {
        header = default;
        if (bytes.Length - at < IPv6Length) return DecodeResult.Malformed;
        var ip = bytes.Slice(at, IPv6Length);

        // 0: a jumbogram, or a super-segment over 64 KiB, whose length only the frame knows.
        int length = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        if (length == 0) length = originalLength - at - IPv6Length;
        var end = at + IPv6Length + length;

        int next = ip[6];
        var position = at + IPv6Length;
        while (IPProtocols.IsIPv6Extension(next))
        {
            if (bytes.Length - position < 8) return DecodeResult.Malformed;
            var extension = bytes[position..];
            var extensionLength = next switch
            {
                IPProtocols.Fragment => FragmentHeaderLength,
                IPProtocols.Authentication => (extension[1] + 2) * 4,
                _ => (extension[1] + 1) * 8,
            };

            // An atomic fragment (offset 0, no more to come) is a whole datagram (RFC 6946).
            if (next == IPProtocols.Fragment && (BinaryPrimitives.ReadUInt16BigEndian(extension[2..]) & 0xFFF9) != 0)
            {
                var mayHoldTcp = extension[0] == IPProtocols.Tcp || IPProtocols.IsIPv6Extension(extension[0]);
                return mayHoldTcp ? DecodeResult.Fragment : DecodeResult.NotTcp;
            }

            next = extension[0];
            position += extensionLength;
            if (position > end || position > bytes.Length) return DecodeResult.Malformed;
        }

        if (position > end) return DecodeResult.Malformed;
        header = new InternetHeader(ip.Slice(8, 16), ip.Slice(24, 16), next, position, end - position);
        return DecodeResult.Segment;
    }
}
