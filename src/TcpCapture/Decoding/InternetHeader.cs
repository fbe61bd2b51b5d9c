using System.Buffers.Binary;
using TcpCapture.Decoding.Tunnels;

namespace TcpCapture.Decoding;

/// <summary>An IPv4 or IPv6 header with its extension headers. Offsets count from the start of the frame's bytes.</summary>
internal readonly struct InternetHeader
{
    private const int IPv4AddressesAt = 12;
    private const int IPv6AddressesAt = 8;
    private const int IPv4MinimumLength = 20;
    private const int IPv6Length = 40;
    private const int FragmentHeaderLength = 8;
    public const int AnyFragment = 0x3FFF;
    public const int DontFragment = 0x4000;

    private InternetHeader(int at, bool isV6, int protocol, int payloadAt, int end) =>
        (At, IsV6, Protocol, PayloadAt, End) = (at, isV6, protocol, payloadAt, end);

    public int At { get; }
    public int AddressesAt => At + (IsV6 ? IPv6AddressesAt : IPv4AddressesAt);
    public bool IsV6 { get; }
    public int Protocol { get; }

    /// <summary>What <see cref="DecodeResult.Opaque"/> stands for: a code of <see cref="OpaqueProtocols"/>.</summary>
    public int OpaqueCode => Protocol;

    public int PayloadAt { get; }

    /// <summary>Where the payload ends by the header, limited by the frame or tunnel that holds it; captured or not.</summary>
    public int End { get; }

    /// <summary>No header: what it would be in is not decoded.</summary>
    public static InternetHeader Behind(int opaqueCode) => new(0, false, opaqueCode, 0, 0);

    /// <summary>The header of a frame with <see cref="PlainIPv6Headers"/> that ends at <paramref name="end"/>.</summary>
    public static InternetHeader Of(in PlainIPv6Headers plain, int end) => new(
        PlainIPv6Headers.InternetAt, true, IPProtocols.Tcp, PlainIPv6Headers.Length,
        Math.Min(end, PlainIPv6Headers.Length + plain.PayloadLength));

    /// <summary>
    /// Reads the header at <paramref name="at"/>; it is valid for <see cref="DecodeResult.Segment"/>, and for a fragment, whose payload
    /// is empty if it is not the first.
    /// </summary>
    /// <returns><see cref="DecodeResult.Segment"/> if the whole payload is in this datagram, otherwise the reason.</returns>
    // Lengths are limited to `end`, where the frame or the tunnel's datagram ends.
    public static DecodeResult Read(ReadOnlySpan<byte> bytes, int at, int end, out InternetHeader header)
    {
        header = default;
        if ((uint)at >= (uint)bytes.Length) return DecodeResult.Malformed;
        return (bytes[at] >> 4) switch
        {
            4 => ReadIPv4(bytes, at, end, out header),
            6 => ReadIPv6(bytes, at, end, out header),
            _ => DecodeResult.Malformed,
        };
    }

    private static DecodeResult ReadIPv4(ReadOnlySpan<byte> bytes, int at, int end, out InternetHeader header)
    {
        header = default;
        var ip = bytes[at..];
        if (ip.Length < IPv4MinimumLength) return DecodeResult.Malformed;
        var headerLength = (ip[0] & 0x0F) * 4;
        if (headerLength < IPv4MinimumLength || headerLength > ip.Length) return DecodeResult.Malformed;

        // 0: a super-segment that the network card has yet to cut (TSO); the frame gives the length.
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        if (totalLength != 0)
        {
            if (totalLength < headerLength) return DecodeResult.Malformed;
            end = Math.Min(end, at + totalLength);
        }

        if (at + headerLength > end) return DecodeResult.Malformed;
        int protocol = ip[9];
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & AnyFragment;
        header = new InternetHeader(at, false, protocol, at + headerLength, end);
        if (fragment != 0)
        {
            var isFirst = (fragment & 0x1FFF) == 0;
            if (!isFirst) header = new InternetHeader(at, false, protocol, end, end);
            return TunnelHeader.MayHoldTcp(bytes, protocol, at + headerLength, isFirst);
        }

        return protocol == IPProtocols.Authentication
            ? SkipExtensions(bytes, protocol, at, false, at + headerLength, end, out header) : DecodeResult.Segment;
    }

    private static DecodeResult ReadIPv6(ReadOnlySpan<byte> bytes, int at, int end, out InternetHeader header)
    {
        header = default;
        if (bytes.Length - at < IPv6Length) return DecodeResult.Malformed;
        var ip = bytes.Slice(at, IPv6Length);

        // 0: a jumbogram, or a super-segment over 64 KiB; the frame gives the length.
        int length = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        if (length != 0) end = Math.Min(end, at + IPv6Length + length);
        var position = at + IPv6Length;
        if (position > end) return DecodeResult.Malformed;
        int next = ip[6];
        if (IPProtocols.IsIPv6Extension(next)) return SkipExtensions(bytes, next, at, true, position, end, out header);
        header = new InternetHeader(at, true, next, position, end);
        return DecodeResult.Segment;
    }

    private static DecodeResult SkipExtensions(
        ReadOnlySpan<byte> bytes, int next, int at, bool isV6, int position, int end, out InternetHeader header)
    {
        header = default;
        while (next == IPProtocols.Authentication || (isV6 && IPProtocols.IsIPv6Extension(next)))
        {
            if (bytes.Length - position < 8) return DecodeResult.Malformed;
            var extension = bytes[position..];
            var extensionLength = next switch
            {
                IPProtocols.Fragment => FragmentHeaderLength,
                IPProtocols.Authentication => (extension[1] + 2) * 4,
                _ => (extension[1] + 1) * 8,
            };

            // An atomic fragment (offset 0, no more fragments) is a whole datagram (RFC 6946).
            if (next == IPProtocols.Fragment
                && BinaryPrimitives.ReadUInt16BigEndian(extension[2..]) is var fragment && (fragment & 0xFFF9) != 0)
            {
                if (IPProtocols.IsIPv6Extension(extension[0])) return DecodeResult.Fragment;
                var isFirst = (fragment & 0xFFF8) == 0;
                header = new InternetHeader(at, isV6, extension[0], isFirst ? position + FragmentHeaderLength : end, end);
                return TunnelHeader.MayHoldTcp(bytes, extension[0], position + FragmentHeaderLength, isFirst);
            }

            next = extension[0];
            position += extensionLength;
            if (position > end || position > bytes.Length) return DecodeResult.Malformed;
        }

        header = new InternetHeader(at, isV6, next, position, end);
        return DecodeResult.Segment;
    }
}
