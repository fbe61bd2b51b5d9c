using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace TcpCapture.Decoding;

/// <summary>The one's complement sum of IP, TCP and UDP (RFC 1071).</summary>
// The sum does not depend on the byte order except for its own two bytes: words are added in the machine's order.
internal static class InternetChecksum
{
    private const int MaxAdditions = 1 << 16; // as many 16-bit words as can be added in 32 bits

    /// <summary>Sums bytes from an even offset as 16-bit words, unfolded. A last odd byte is the upper half of a word.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= Vector<byte>.Count)
        {
            var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(bytes);
            if (vectors.Length > MaxAdditions) vectors = vectors[..MaxAdditions];
            sum += Sum(vectors);
            bytes = bytes[(vectors.Length * Vector<byte>.Count)..];
        }

        for (; bytes.Length >= sizeof(uint); bytes = bytes[sizeof(uint)..]) sum += MemoryMarshal.Read<uint>(bytes);
        if (bytes.Length >= sizeof(ushort)) sum += MemoryMarshal.Read<ushort>(bytes);
        if ((bytes.Length & 1) != 0) sum += BitConverter.IsLittleEndian ? bytes[^1] : (uint)bytes[^1] << 8;
        return sum;
    }

    // The halves are summed apart so that no vector lane overflows.
    private static ulong Sum(ReadOnlySpan<Vector<uint>> vectors)
    {
        var (lower, upper) = (Vector<uint>.Zero, Vector<uint>.Zero);
        foreach (var vector in vectors)
        {
            lower += vector & new Vector<uint>(0xFFFF);
            upper += vector >>> 16;
        }

        ulong sum = 0;
        for (var lane = 0; lane < Vector<uint>.Count; lane++) sum += (ulong)lower[lane] + upper[lane];
        return sum;
    }

    /// <summary>The sum as 16 bits in host order; 0xFFFF for bytes that include their own correct checksum.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFFFFFF) + (sum >> 32);
        sum = (sum & 0xFFFFFFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        var folded = (ushort)sum;
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded;
    }
}
