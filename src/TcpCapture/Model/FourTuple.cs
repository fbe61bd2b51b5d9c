using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TcpCapture.Model;

/// <summary>Identifies a TCP connection by its two addresses and ports, seen from one end.</summary>
/// <param name="Local">The end it is seen from; the source of a segment.</param>
/// <param name="Remote">The other end; the destination of a segment.</param>
internal readonly record struct FourTuple(Endpoint Local, Endpoint Remote)
{
    /// <summary>The same connection seen from the other end.</summary>
    public FourTuple Reverse() => new(Remote, Local);

    /// <summary>The same value for both ends: seen from the lower address.</summary>
    internal FourTuple Normalized => Local.CompareTo(Remote) <= 0 ? this : Reverse();

    /// <summary><c>127.0.0.1:4711 → 127.0.0.1:80</c>.</summary>
    public override string ToString() => $"{Local} → {Remote}";
}

/// <summary>A hash of a four-tuple, the same from both ends. Seeded per process, so that a sender cannot provoke collisions.</summary>
internal static class FourTupleHash
{
    public static readonly ulong First = Seed(); // the seed of this process, for Of
    private static readonly ulong Second = Seed();

    public static ulong Of(in Segment segment) => Of(segment.Source, segment.Destination);

    /// <summary>The hash of two ends, in either order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(in Endpoint one, in Endpoint other) => Of(one, other, First);

    /// <summary>The hash of two ends, with the seed read once for many calls.</summary>
    // seed: First; each read of a static field checks for its initialisation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(in Endpoint one, in Endpoint other, ulong seed) =>
        Endpoint.AreIPv4(one, other) ? unchecked(one.MixIPv4(seed) + other.MixIPv4(seed)) : OfAny(one, other);

    /// <summary>Mixes every bit into all others, one to one (Stafford's thirteenth mixer).</summary>
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

    // Nearly 60 random bits. RandomNumberGenerator would load OpenSSL, which takes milliseconds.
    private static ulong Seed() => MemoryMarshal.Read<ulong>(Guid.NewGuid().ToByteArray()) | 1;
}
