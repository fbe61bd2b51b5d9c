using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.Captures;

/// <summary>
/// The connections of a capture are shared out by their four-tuples, so that several threads can follow them, each its own. In
/// how many shares does not depend on the machine: what is kept and when it is given up is the same everywhere.
/// </summary>
internal static class Lanes
{
    /// <summary>How many there are; a power of two.</summary>
    public const int Count = 8;

    private const ulong Spread = unchecked(0x9E3779B97F4A7C15 * 0xA0761D6478BD642F);

    /// <summary>Which one follows a segment's connection; the same for both directions, and in every process.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(in Segment segment) => (int)(unchecked(Endpoint.Fold(segment._source, segment._destination) * Spread) >> (64 - 3));
}
