using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace TcpCapture.Decoding;

/// <summary>Numbers of headers that are looked at where they lie: the highest byte comes first there.</summary>
internal static class NetworkOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Read(ushort stored) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(stored) : stored;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ulong stored) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(stored) : stored;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(uint stored) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(stored) : stored;
}
