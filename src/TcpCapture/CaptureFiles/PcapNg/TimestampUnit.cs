using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>Time unit of an interface: the options if_tsresol and if_tsoffset.</summary>
// Resolution is if_tsresol: 10^-n seconds, or 2^-n with the top bit set.
internal readonly record struct TimestampUnit(byte Resolution, long OffsetSeconds)
{
    private const byte Microseconds = 6;
    private const byte Nanoseconds = 9;

    /// <summary>The unit without options: microseconds since 1970.</summary>
    public static TimestampUnit Default => new(Microseconds, 0);

    /// <summary>Length of one count in ns, at least 1.</summary>
    public long Tick => (long)Int128.Max(Fraction(1), 1);

    /// <summary>The time of a count, clamped to the range of <see cref="Timestamp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Timestamp ToTimestamp(ulong count)
    {
        if (OffsetSeconds == 0)
        {
            // Signed, so that times before 1970 read back as written.
            if (Resolution == Nanoseconds) return new Timestamp((long)count);
            if (Resolution == Microseconds && count <= long.MaxValue / 1000) return new Timestamp((long)count * 1000);
        }

        return Scaled(count);
    }

    private Timestamp Scaled(ulong count)
    {
        var nanoseconds = Fraction(count) + (Int128)OffsetSeconds * 1_000_000_000;
        return new Timestamp((long)Int128.Clamp(nanoseconds, long.MinValue, long.MaxValue));
    }

    private Int128 Fraction(ulong count)
    {
        var exponent = Resolution & 0x7F;
        return (Resolution & 0x80) != 0 ? BinaryFraction(count, exponent) : DecimalFraction(count, exponent);
    }

    private static Int128 BinaryFraction(ulong count, int exponent) => ((Int128)count * 1_000_000_000) >> exponent;

    private static Int128 DecimalFraction(ulong count, int exponent)
    {
        Int128 value = count;
        for (; exponent < Nanoseconds; exponent++) value *= 10;
        for (; exponent > Nanoseconds && value != 0; exponent--) value /= 10;
        return value;
    }
}
