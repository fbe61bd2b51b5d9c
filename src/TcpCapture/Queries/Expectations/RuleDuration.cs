using System.Globalization;

namespace TcpCapture.Queries.Expectations;

/// <summary>A length of time as rules write it.</summary>
internal static class RuleDuration
{
    /// <summary>A day: nothing a rule asks for takes longer.</summary>
    public const long MostNanoseconds = 86_400L * 1_000_000_000;

    private static readonly (string Unit, long Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

    /// <summary>The units, as an error names them.</summary>
    public const string UnitNames = "ns, us, ms, s, m or h";

    /// <summary>Nanoseconds of a unit; null if there is no such unit.</summary>
    public static long? NanosecondsOf(string unit)
    {
        foreach (var (name, nanoseconds) in Units)
            if (string.Equals(name, unit, StringComparison.OrdinalIgnoreCase)) return nanoseconds;
        return null;
    }

    /// <summary>In the largest unit from seconds down that needs no fraction: <c>100 ms</c>, <c>1500 us</c>.</summary>
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
