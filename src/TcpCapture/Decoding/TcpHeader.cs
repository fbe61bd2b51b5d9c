using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TcpCapture.Decoding;

/// <summary>The fixed TCP header as in a frame (RFC 9293 section 3.1).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct TcpHeader
{
    public const int Length = 20;

    private readonly ushort _sourcePort;
    private readonly ushort _destinationPort;
    private readonly uint _seq;
    private readonly uint _ack;
    private readonly ushort _offsetAndFlags;
    private readonly ushort _window;
    private readonly ushort _checksum;
    private readonly ushort _urgentPointer;

    public ushort SourcePort => NetworkOrder.Read(_sourcePort);
    public ushort DestinationPort => NetworkOrder.Read(_destinationPort);
    public uint Seq => NetworkOrder.Read(_seq);
    public uint Ack => NetworkOrder.Read(_ack);

    /// <summary>The header length in 32-bit words (highest 4 bits) and the control bits (lowest 9 bits).</summary>
    public int OffsetAndFlags => NetworkOrder.Read(_offsetAndFlags);

    public ushort Window => NetworkOrder.Read(_window);
}

internal static class NetworkOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Read(ushort stored) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(stored) : stored;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ulong stored) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(stored) : stored;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(uint stored) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(stored) : stored;
}
