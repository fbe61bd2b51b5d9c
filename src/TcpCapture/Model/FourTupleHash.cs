using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TcpCapture.Model;

/// <summary>
/// A hash of a four-tuple that is the same from both ends. Seeded anew in every process: nobody who sends segments can make
/// many of them meet in one place of a table.
/// </summary>
internal static class FourTupleHash
{
    /// <summary>The seed of this process, for <see cref="Of(in Endpoint, in Endpoint, ulong)"/>.</summary>
    public static readonly ulong First = Seed();

    private static readonly ulong Second = Seed();

    /// <summary>The hash of a segment's four-tuple.</summary>
    public static ulong Of(in Segment segment) => Of(segment.Source, segment.Destination);

    /// <summary>The hash of the four-tuple of two ends, whichever is named first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(in Endpoint one, in Endpoint other) => Of(one, other, First);

    /// <summary>The same, for many in a row.</summary>
    /// <param name="one">One end.</param>
    /// <param name="other">The other.</param>
    /// <param name="seed"><see cref="First"/>, which costs a question each time it is read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(in Endpoint one, in Endpoint other, ulong seed) =>
        Endpoint.AreIPv4(one, other) ? unchecked(one.MixIPv4(seed) + other.MixIPv4(seed)) : OfAny(one, other);

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

    // Nearly 60 bits of the system's random numbers. RandomNumberGenerator has more, but loads OpenSSL, which takes milliseconds.
    private static ulong Seed() => MemoryMarshal.Read<ulong>(Guid.NewGuid().ToByteArray()) | 1;
}
