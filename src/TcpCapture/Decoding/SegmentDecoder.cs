using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpCapture.Decoding.Link;
using TcpCapture.Decoding.Tunnels;
using TcpCapture.Model;

namespace TcpCapture.Decoding;

/// <summary>Decodes the TCP segment in a frame.</summary>
// Theory: LinkHeader and ShimHeaders walk to IP, InternetHeader reads it, TunnelHeader continues with an inner datagram.
// Every length is checked against the captured bytes and against the enclosing header. A segment cut at the snaplen
// decodes if the first 20 bytes of its TCP header were captured. Frames with plain headers take TryDecodeFast, which
// gives the same segment as FindTcp and ReadSegment (FastPathTests).
internal static class SegmentDecoder
{
    // Bounds the work on a frame that is nothing but tunnel headers.
    private const int MaxNesting = 16;

    /// <summary>Decodes a frame; the segment is valid for <see cref="DecodeResult.Segment"/>.</summary>
    public static DecodeResult Decode(in Frame frame, out Segment segment)
    {
        if (HasPlainIPv4Headers(frame.Bytes, frame.LinkType)
            && TryDecodeFast(frame.Bytes, frame.Time, frame.OriginalLength, out segment)) return DecodeResult.Segment;
        var result = FindTcp(frame, out var header);
        if (result == DecodeResult.Segment) return ReadSegment(frame, header, out segment);
        segment = default;
        return result;
    }

    /// <summary>Decodes a frame by walking all headers.</summary>
    public static DecodeResult DecodeFully(in Frame frame, out Segment segment)
    {
        var result = FindTcpFully(frame, out var header);
        if (result == DecodeResult.Segment) return ReadSegment(frame, header, out segment);
        segment = default;
        return result;
    }

    /// <summary>True if a frame begins with <see cref="PlainIPv4Headers"/>, as <see cref="TryDecodeFast"/> needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasPlainIPv4Headers(ReadOnlySpan<byte> bytes, int linkType) =>
        linkType == LinkTypes.Ethernet && bytes.Length >= PlainIPv4Headers.Length && MemoryMarshal.AsRef<PlainIPv4Headers>(bytes).IsPlain;

    /// <summary>Decodes a frame with <see cref="PlainIPv4Headers"/>; false if its lengths need the full decoding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDecodeFast(ReadOnlySpan<byte> bytes, Timestamp time, int originalLength, out Segment segment)
    {
        Unsafe.SkipInit(out segment);
        ref readonly var plain = ref MemoryMarshal.AsRef<PlainIPv4Headers>(bytes);
        var length = Math.Min(originalLength - PlainIPv4Headers.TcpAt, plain.PayloadLength);
        var offsetToWindow = plain.OffsetToWindow;
        var headerLength = (int)(offsetToWindow >> 28) * 4;
        if (headerLength < TcpHeader.Length || headerLength > length) return false;

        segment._time = time;
        var (addresses, ports) = (plain.Addresses, plain.Ports);
        Endpoint.SetIPv4((uint)(addresses >> 32), ports >> 16, out segment._source);
        Endpoint.SetIPv4((uint)addresses, (ushort)ports, out segment._destination);
        var seqAndAck = plain.SeqAndAck;
        segment._seq = (uint)(seqAndAck >> 32);
        segment._ack = (uint)seqAndAck;
        segment._length = length - headerLength;
        segment._headerAt = PlainIPv4Headers.TcpAt;
        segment._flags = (TcpFlags)((offsetToWindow >> 16) & 0x1FF);
        segment._window = (ushort)offsetToWindow;
        var fragmentToProtocol = plain.FragmentToProtocol;
        segment._timeToLive = (byte)(fragmentToProtocol >> 8);
        segment._traits = Traits(bytes.Length - PlainIPv4Headers.TcpAt < length, (int)(fragmentToProtocol >> 16));
        segment._identification = plain.Identification;
        if (headerLength == TcpHeader.Length)
            segment._options = default;
        else
            TcpOptionsReader.Read(
                bytes[PlainIPv4Headers.Length..Math.Min(PlainIPv4Headers.TcpAt + headerLength, bytes.Length)], out segment._options);
        if (segment.Has(TcpFlags.Syn | TcpFlags.Ack)) VerifySynAck(bytes, ref segment);
        return true;
    }

    /// <summary>The code of the protocol that was not decoded, for a frame with <see cref="DecodeResult.Opaque"/>.</summary>
    public static int OpaqueCodeOf(in Frame frame)
    {
        FindTcpFully(frame, out var header);
        return header.OpaqueCode;
    }

    /// <summary>
    /// Finds the innermost datagram if it carries TCP or an ICMP error about TCP; its header is valid for these results only.
    /// </summary>
    public static DecodeResult FindTcp(in Frame frame, out InternetHeader header)
    {
        if (frame.LinkType == LinkTypes.Ethernet && frame.Bytes.Length >= PlainIPv6Headers.Length)
        {
            ref readonly var plain = ref MemoryMarshal.AsRef<PlainIPv6Headers>(frame.Bytes);
            if (plain.IsPlain)
            {
                header = InternetHeader.Of(plain, frame.OriginalLength);
                return DecodeResult.Segment;
            }
        }

        return FindTcpFully(frame, out header);
    }

    private static DecodeResult FindTcpFully(in Frame frame, out InternetHeader header)
    {
        var bytes = frame.Bytes;
        var result = LinkHeader.Walk(frame, out var etherType, out var offset);
        if (result != DecodeResult.Segment)
        {
            header = result == DecodeResult.Opaque ? InternetHeader.Behind(etherType) : default;
            return result;
        }

        result = InternetHeader.Read(bytes, offset, frame.OriginalLength, out header);
        if (result != DecodeResult.Segment || header.Protocol == IPProtocols.Tcp) return result;
        result = FollowTunnels(bytes, ref header);
        return result == DecodeResult.IcmpError ? IcmpDecoder.Read(frame, header, out _) : result;
    }

    /// <summary>Follows tunnels to the innermost datagram; <see cref="DecodeResult.IcmpError"/> means any ICMP message.</summary>
    public static DecodeResult FollowTunnels(ReadOnlySpan<byte> bytes, ref InternetHeader header)
    {
        for (var depth = 0; depth < MaxNesting; depth++)
        {
            var result = TunnelHeader.Walk(bytes, header, out var etherType, out var offset);
            if (result == DecodeResult.Segment) result = ShimHeaders.Walk(bytes, ref etherType, ref offset);
            if (result == DecodeResult.Opaque) header = InternetHeader.Behind(etherType);
            if (result == DecodeResult.Segment) result = InternetHeader.Read(bytes, offset, header.End, out header);
            if (result != DecodeResult.Segment || header.Protocol == IPProtocols.Tcp) return result;
        }

        header = InternetHeader.Behind(OpaqueProtocols.Nesting);
        return DecodeResult.Opaque;
    }

    /// <summary>Reads the segment in the datagram that <see cref="FindTcp"/> found.</summary>
    public static DecodeResult ReadSegment(in Frame frame, in InternetHeader header, out Segment segment)
    {
        var bytes = frame.Bytes;
        var (at, end) = (header.PayloadAt, header.End);
        var length = end - at;
        var captured = bytes.Length - at;
        if (length < TcpHeader.Length || captured < TcpHeader.Length) return Malformed(out segment);
        ref readonly var tcp = ref MemoryMarshal.AsRef<TcpHeader>(bytes[at..]);
        var offsetAndFlags = tcp.OffsetAndFlags;
        var headerLength = (offsetAndFlags >> 12) * 4;
        if (headerLength < TcpHeader.Length || headerLength > length) return Malformed(out segment);

        Unsafe.SkipInit(out segment);
        if (header.IsV6)
        {
            var addresses = bytes.Slice(header.AddressesAt, 32);
            Endpoint.ReadIPv6(addresses, tcp.SourcePort, out segment._source);
            Endpoint.ReadIPv6(addresses[16..], tcp.DestinationPort, out segment._destination);
        }
        else
        {
            var addresses = bytes.Slice(header.AddressesAt, 8);
            Endpoint.SetIPv4(BinaryPrimitives.ReadUInt32BigEndian(addresses), tcp.SourcePort, out segment._source);
            Endpoint.SetIPv4(BinaryPrimitives.ReadUInt32BigEndian(addresses[4..]), tcp.DestinationPort, out segment._destination);
        }

        segment._time = frame.Time;
        segment._seq = tcp.Seq;
        segment._ack = tcp.Ack;
        segment._flags = (TcpFlags)(offsetAndFlags & 0x1FF);
        segment._window = tcp.Window;
        segment._length = length - headerLength;
        segment._headerAt = at;
        segment._timeToLive = bytes[header.At + (header.IsV6 ? 7 : 8)];
        segment._traits = Traits(captured < length, header.IsV6 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(bytes[(header.At + 6)..]));
        segment._identification = header.IsV6 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(bytes[(header.At + 4)..]);
        if (headerLength == TcpHeader.Length) segment._options = default;
        else TcpOptionsReader.Read(bytes[(at + TcpHeader.Length)..Math.Min(at + headerLength, bytes.Length)], out segment._options);
        if (segment.Has(TcpFlags.Syn | TcpFlags.Ack)) VerifySynAck(bytes, ref segment);
        return DecodeResult.Segment;
    }

    /// <summary>A client ignores a SYN-ACK with a wrong checksum, so the diagnosis needs it; verifying all would take time.</summary>
    private static void VerifySynAck(ReadOnlySpan<byte> bytes, ref Segment segment)
    {
        if (SegmentChecksum.Verify(bytes, segment) == ChecksumResult.Wrong) segment._traits |= Segment.Traits.BadChecksum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Segment.Traits Traits(bool isCut, int fragment) =>
        (Segment.Traits)(Unsafe.BitCast<bool, byte>(isCut) | (fragment & InternetHeader.DontFragment) >> 13);

    private static DecodeResult Malformed(out Segment segment)
    {
        segment = default;
        return DecodeResult.Malformed;
    }
}
