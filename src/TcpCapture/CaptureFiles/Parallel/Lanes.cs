using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpCapture.Decoding;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>
/// The connections of a capture are shared out by their four-tuples, so that several threads can follow them, each its own. In
/// how many shares does not depend on the machine: what is kept and when it is given up is the same everywhere.
/// </summary>
/// <remarks>
/// A segment's lane is asked before it is decoded, for it is decoded to where its lane has it. It follows from the sums of both
/// addresses and of both ports: the same for both directions, however the frame is built, and in every process. Sharing out is
/// all it is for; hostile addresses meet a seed in the tables.
/// </remarks>
internal static class Lanes
{
    /// <summary>How many there are; a power of two.</summary>
    public const int Count = 1 << Bits;

    private const int Bits = 3;
    private const ulong PortWeight = 0xD6E8FEB86659FD93;
    private const ulong Spread = 0x9E3779B97F4A7C15;

    /// <summary>The lane of a frame that begins with <see cref="PlainHeaders"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfPlain(ReadOnlySpan<byte> frame)
    {
        ref readonly var plain = ref MemoryMarshal.AsRef<PlainHeaders>(frame);
        var addresses = plain.Addresses;
        return Of((addresses >> 32) + (uint)addresses, plain.Ports);
    }

    /// <summary>The lane of a frame with TCP in it; any if the ports are not there.</summary>
    /// <param name="frame">Its bytes.</param>
    /// <param name="header">The datagram that carries TCP.</param>
    public static int Of(ReadOnlySpan<byte> frame, in InternetHeader header)
    {
        if (frame.Length < header.PayloadAt + sizeof(uint)) return 0;
        var addresses = frame[header.AddressesAt..];
        var ports = BinaryPrimitives.ReadUInt32BigEndian(frame[header.PayloadAt..]);
        if (!header.IsV6) return Of((ulong)BinaryPrimitives.ReadUInt32BigEndian(addresses) + BinaryPrimitives.ReadUInt32BigEndian(addresses[4..]), ports);
        var sum = 0UL;
        for (var i = 0; i < 32; i += sizeof(uint)) sum += BinaryPrimitives.ReadUInt32BigEndian(addresses[i..]);
        return Of(sum, ports);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Of(ulong addresses, uint ports) =>
        (int)(unchecked((addresses + ((ports >> 16) + (ports & 0xFFFF)) * PortWeight) * Spread) >> (64 - Bits));
}
