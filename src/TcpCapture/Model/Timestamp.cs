using System.Globalization;

namespace TcpCapture.Model;

/// <summary>
/// A time on the wall clock (CLOCK_REALTIME), in nanoseconds since 1970-01-01T00:00:00Z.
/// Packet timestamps, socket calls and state samples all use this clock, so they can be compared.
/// </summary>
/// <param name="Nanoseconds">Nanoseconds since the Unix epoch; covers the years 1678 to 2262.</param>
public readonly record struct Timestamp(long Nanoseconds) : IComparable<Timestamp>
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The current time, with the resolution of <see cref="DateTime.UtcNow"/> (100 ns on Linux).</summary>
    public static Timestamp Now => FromDateTime(DateTime.UtcNow);

    /// <summary>Converts a UTC <see cref="DateTime"/>.</summary>
    public static Timestamp FromDateTime(DateTime utc) => new((utc.Ticks - DateTime.UnixEpoch.Ticks) * 100);

    /// <summary>The same time as a UTC <see cref="DateTime"/>, truncated to 100 ns.</summary>
    public DateTime ToDateTime() => DateTime.UnixEpoch.AddTicks(FloorDiv(Nanoseconds, 100));

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>This time plus <paramref name="span"/>.</summary>
    public Timestamp Add(TimeSpan span) => new(Nanoseconds + span.Ticks * 100);

    /// <summary>Nanoseconds from <paramref name="earlier"/> to <paramref name="later"/>; negative in the reverse order.</summary>
    public static long operator -(Timestamp later, Timestamp earlier) => later.Nanoseconds - earlier.Nanoseconds;

    /// <summary>True if <paramref name="a"/> is before <paramref name="b"/>.</summary>
    public static bool operator <(Timestamp a, Timestamp b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>True if <paramref name="a"/> is after <paramref name="b"/>.</summary>
    public static bool operator >(Timestamp a, Timestamp b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>True if <paramref name="a"/> is not after <paramref name="b"/>.</summary>
    public static bool operator <=(Timestamp a, Timestamp b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>True if <paramref name="a"/> is not before <paramref name="b"/>.</summary>
    public static bool operator >=(Timestamp a, Timestamp b) => a.Nanoseconds >= b.Nanoseconds;

    /// <summary>The earlier of two times.</summary>
    public static Timestamp Min(Timestamp a, Timestamp b) => a < b ? a : b;

    /// <summary>The later of two times.</summary>
    public static Timestamp Max(Timestamp a, Timestamp b) => a > b ? a : b;

    /// <summary>ISO 8601 in UTC with nine decimals: <c>2026-11-23T06:01:02.123456789Z</c>.</summary>
    public override string ToString()
    {
        var fraction = Nanoseconds - FloorDiv(Nanoseconds, NanosecondsPerSecond) * NanosecondsPerSecond;
        return string.Create(CultureInfo.InvariantCulture, stackalloc char[32], $"{ToDateTime():s}.{fraction:D9}Z");
    }

    private static long FloorDiv(long value, long divisor)
    {
        var quotient = Math.DivRem(value, divisor, out var remainder);
        return remainder < 0 ? quotient - 1 : quotient;
    }
}
