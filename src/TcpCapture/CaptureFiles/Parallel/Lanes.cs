using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>Divides connections into lanes by four-tuple, so that each thread correlates its own lanes.</summary>
// The number of lanes is fixed, so that memory limits act alike on every machine. A lane is a hash of the sums of both
// addresses and both ports: equal for both directions and in every process. It is needed before decoding, because a
// segment is decoded into its lane's array. It has no seed: hostile addresses can fill one lane, but the tables are seeded.
internal static class Lanes
{
    public const int Count = 1 << Bits; // the number of lanes, a power of two
    private const int Bits = 3;
    private const ulong PortWeight = 0xD6E8FEB86659FD93;
    private const ulong Spread = 0x9E3779B97F4A7C15;

    /// <summary>The lane of a frame that begins with <see cref="PlainIPv4Headers"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfPlainIPv4(ReadOnlySpan<byte> frame)
    {
        ref readonly var plain = ref MemoryMarshal.AsRef<PlainIPv4Headers>(frame);
        var addresses = plain.Addresses;
        return Of((addresses >> 32) + (uint)addresses, plain.Ports);
    }

    /// <summary>The lane of a frame whose datagram <paramref name="header"/> carries TCP; 0 if the ports are not captured.</summary>
    public static int Of(ReadOnlySpan<byte> frame, in InternetHeader header)
    {
        if (frame.Length < header.PayloadAt + sizeof(uint)) return 0;
        var addresses = frame[header.AddressesAt..];
        var ports = BinaryPrimitives.ReadUInt32BigEndian(frame[header.PayloadAt..]);
        var sum = 0UL;
        for (var i = 0; i < (header.IsV6 ? 32 : 8); i += sizeof(uint)) sum += BinaryPrimitives.ReadUInt32BigEndian(addresses[i..]);
        return Of(sum, ports);
    }

    /// <summary>The lane of a four-tuple: that of its segments.</summary>
    public static int Of(in Endpoint source, in Endpoint destination)
    {
        Span<byte> addresses = stackalloc byte[32];
        var length = source.WriteAddress(addresses);
        length += destination.WriteAddress(addresses[length..]);
        var sum = 0UL;
        for (var i = 0; i < length; i += sizeof(uint)) sum += BinaryPrimitives.ReadUInt32BigEndian(addresses[i..]);
        return Of(sum, (uint)source.Port << 16 | destination.Port);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Of(ulong addresses, uint ports) =>
        (int)(unchecked((addresses + ((ports >> 16) + (ports & 0xFFFF)) * PortWeight) * Spread) >> (64 - Bits));
}
