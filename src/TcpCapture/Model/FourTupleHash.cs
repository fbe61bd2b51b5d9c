using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace TcpCapture.Model;

/// <summary>
/// A hash of a four-tuple that is the same from both ends. Seeded anew in every process: nobody who sends segments can make
/// many of them meet in one place of a table.
/// </summary>
internal static class FourTupleHash
{
    private static readonly ulong First = Seed();
    private static readonly ulong Second = Seed();

    /// <summary>The hash of a segment's four-tuple.</summary>
    public static ulong Of(in Segment segment) => Of(segment.Source, segment.Destination);

    /// <summary>The hash of the four-tuple of two ends, whichever is named first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(in Endpoint one, in Endpoint other)
    {
        if (!Endpoint.AreIPv4(one, other)) return OfAny(one, other);
        var seed = First;
        return unchecked(one.MixIPv4(seed) + other.MixIPv4(seed));
    }

    /// <summary>Spreads every bit over all; one to one, so that it makes no two values alike (Stafford's thirteenth mixer).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    private static ulong OfAny(in Endpoint one, in Endpoint other)
    {
        var (first, second) = (First, Second);
        return unchecked(one.Mix(first, second) + other.Mix(first, second));
    }

    private static ulong Seed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
}
