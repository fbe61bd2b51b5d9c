using System.Globalization;

namespace TcpCapture.Queries.Expectations;

internal static class RuleDuration
{
    public const long MaxNanoseconds = 86_400L * 1_000_000_000; // a day

    private static readonly (string Unit, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    /// <summary>Reads a number and a unit, as nanoseconds.</summary>
    public static long Read(WordReader reader)
    {
        var begin = reader.Position;
        var number = reader.TakeValue<decimal>(
            text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value < MaxNanoseconds ? value : null,
            "a duration such as 100 ms");
        var unit = reader.TakeValue(NanosecondsOf, "a unit (ns, us, ms, s, m or h)", "ns", "us", "ms", "s", "m", "h");
        var nanoseconds = number * unit;
        if (nanoseconds <= MaxNanoseconds && nanoseconds == decimal.Truncate(nanoseconds)) return (long)nanoseconds;
        reader.Position = begin;
        throw reader.Unexpected("a duration of whole nanoseconds, at most a day");
    }

    private static long? NanosecondsOf(string unit)
    {
        foreach (var (name, nanoseconds) in Units)
            if (string.Equals(name, unit, StringComparison.OrdinalIgnoreCase)) return nanoseconds;
        return null;
    }

    /// <summary>Writes it in the largest unit, from seconds down, that needs no fraction: <c>100 ms</c>, <c>1500 us</c>.</summary>
    public static string ToText(long nanoseconds)
    {
        var (number, unit) = nanoseconds switch
        {
            _ when nanoseconds % 1_000_000_000 == 0 => (nanoseconds / 1_000_000_000, "s"),
            _ when nanoseconds % 1_000_000 == 0 => (nanoseconds / 1_000_000, "ms"),
            _ when nanoseconds % 1_000 == 0 => (nanoseconds / 1_000, "us"),
            _ => (nanoseconds, "ns"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number} {unit}");
    }
}
