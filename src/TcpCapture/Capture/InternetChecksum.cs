using System.Runtime.InteropServices;

namespace TcpCapture.Capture;

/// <summary>
/// The one's complement sum of IP, TCP and UDP (RFC 1071). It is the same in either byte order but for the order of its
/// two bytes, so words of any size are added as the machine reads them and the result is turned round in the end.
/// </summary>
internal static class InternetChecksum
{
    /// <summary>The sum of <paramref name="bytes"/>, which begin at an even place of what is summed, as 16 bit words, unfolded.</summary>
    /// <param name="bytes">The bytes; a last odd one is the upper half of a word.</param>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        var words = MemoryMarshal.Cast<byte, uint>(bytes);

        // Four sums that do not wait for each other; 2³² words may be added to each before it runs over.
        ulong a = 0, b = 0, c = 0;
        var i = 0;
        for (; i <= words.Length - 4; i += 4)
        {
            sum += words[i];
            a += words[i + 1];
            b += words[i + 2];
            c += words[i + 3];
        }

        for (; i < words.Length; i++) sum += words[i];
        sum += a + b + c;
        var rest = bytes[(words.Length * sizeof(uint))..];
        if (rest.Length >= 2) sum += MemoryMarshal.Read<ushort>(rest);
        if ((rest.Length & 1) != 0) sum += BitConverter.IsLittleEndian ? rest[^1] : (uint)rest[^1] << 8;
        return sum;
    }

    /// <summary>The sum as 16 bits in host order; 0xFFFF of bytes that hold their own right checksum.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFFFFFF) + (sum >> 32);
        sum = (sum & 0xFFFFFFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        var folded = (ushort)sum;
        return BitConverter.IsLittleEndian ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(folded) : folded;
    }
}
