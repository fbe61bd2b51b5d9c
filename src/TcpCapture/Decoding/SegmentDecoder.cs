using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpCapture.Decoding.Link;
using TcpCapture.Decoding.Tunnels;
using TcpCapture.Model;

namespace TcpCapture.Decoding;

/// <summary>
/// Finds the TCP segment in a frame, on spans: the link layer and what stands before IP (<see cref="LinkHeader"/>,
/// <see cref="ShimHeaders"/>), IP (<see cref="InternetHeader"/>), and through tunnels (<see cref="TunnelHeader"/>) the same
/// again. No length in the frame is believed before it was compared with what was captured and with what holds it. A
/// segment cut at the snaplen decodes as long as the first 20 bytes of its TCP header are there.
/// </summary>
internal static class SegmentDecoder
{
    // A frame of nothing but tunnel headers must not cost a look at each of thousands.
    private const int DeepestNesting = 16;

    /// <summary>Decodes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="segment">The segment, if the result is <see cref="DecodeResult.Segment"/>.</param>
    public static DecodeResult Decode(in Frame frame, out Segment segment)
    {
        if (IsPlain(frame.Bytes, frame.LinkType) && TryReadPlain(frame.Bytes, frame.Time, frame.OriginalLength, out segment)) return DecodeResult.Segment;
        var result = FindTcp(frame, out var header);
        if (result == DecodeResult.Segment) return ReadTcp(frame, header, out segment);
        segment = default;
        return result;
    }

    /// <summary>True if a frame begins with <see cref="PlainHeaders"/>, as nearly all do: <see cref="TryReadPlain"/> is the way then.</summary>
    /// <param name="bytes">What was captured of it.</param>
    /// <param name="linkType">Its LINKTYPE_ value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlain(ReadOnlySpan<byte> bytes, int linkType) =>
        linkType == LinkTypes.Ethernet && bytes.Length >= PlainHeaders.Length && MemoryMarshal.AsRef<PlainHeaders>(bytes).AreThose;

    /// <summary>Reads the segment of a plain frame.</summary>
    /// <param name="bytes">What was captured of it.</param>
    /// <param name="time">When.</param>
    /// <param name="originalLength">Its length on the wire.</param>
    /// <param name="segment">The segment.</param>
    /// <returns>False if its lengths want another look: <see cref="FindTcp"/> and <see cref="ReadTcp"/> tell.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadPlain(ReadOnlySpan<byte> bytes, Timestamp time, int originalLength, out Segment segment)
    {
        Unsafe.SkipInit(out segment);
        ref readonly var plain = ref MemoryMarshal.AsRef<PlainHeaders>(bytes);
        var length = Math.Min(originalLength - PlainHeaders.TcpAt, plain.PayloadLength);
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
        segment._headerAt = PlainHeaders.TcpAt;
        segment._flags = (TcpFlags)((offsetToWindow >> 16) & 0x1FF);
        segment._window = (ushort)offsetToWindow;
        segment._isCut = bytes.Length - PlainHeaders.TcpAt < length;
        if (headerLength == TcpHeader.Length) segment._options = default;
        else TcpOptionsReader.Read(bytes[PlainHeaders.Length..Math.Min(PlainHeaders.TcpAt + headerLength, bytes.Length)], out segment._options);
        return true;
    }

    /// <summary>Finds the innermost datagram, if that carries TCP.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="header">Its header, if the result is <see cref="DecodeResult.Segment"/>.</param>
    public static DecodeResult FindTcp(in Frame frame, out InternetHeader header)
    {
        var bytes = frame.Bytes;
        if (frame.LinkType == LinkTypes.Ethernet && bytes.Length >= PlainHeaders6.Length)
        {
            ref readonly var plain = ref MemoryMarshal.AsRef<PlainHeaders6>(bytes);
            if (plain.AreThose)
            {
                header = InternetHeader.Of(plain, frame.OriginalLength);
                return DecodeResult.Segment;
            }
        }

        var result = LinkHeader.Walk(frame, out _, out var offset);
        if (result != DecodeResult.Segment)
        {
            header = default;
            return result;
        }

        result = InternetHeader.Read(bytes, offset, frame.OriginalLength, out header);
        return result != DecodeResult.Segment || header.Protocol == IPProtocols.Tcp ? result : FollowTunnels(bytes, ref header);
    }

    private static DecodeResult FollowTunnels(ReadOnlySpan<byte> bytes, ref InternetHeader header)
    {
        for (var depth = 0; depth < DeepestNesting; depth++)
        {
            var result = TunnelHeader.Walk(bytes, header, out var etherType, out var offset);
            if (result == DecodeResult.Segment) result = ShimHeaders.Walk(bytes, ref etherType, ref offset);
            if (result == DecodeResult.Segment) result = InternetHeader.Read(bytes, offset, header.End, out header);
            if (result != DecodeResult.Segment || header.Protocol == IPProtocols.Tcp) return result;
        }

        return DecodeResult.NotTcp;
    }

    /// <summary>Reads the segment that a datagram carries.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="header">The datagram's header.</param>
    /// <param name="segment">The segment, if the result is <see cref="DecodeResult.Segment"/>.</param>
    public static DecodeResult ReadTcp(in Frame frame, in InternetHeader header, out Segment segment)
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
        segment._isCut = captured < length;
        if (headerLength == TcpHeader.Length) segment._options = default;
        else TcpOptionsReader.Read(bytes[(at + TcpHeader.Length)..Math.Min(at + headerLength, bytes.Length)], out segment._options);
        return DecodeResult.Segment;
    }

    private static DecodeResult Malformed(out Segment segment)
    {
        segment = default;
        return DecodeResult.Malformed;
    }
}
