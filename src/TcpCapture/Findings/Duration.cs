using System.Globalization;

namespace TcpCapture.Findings;

/// <summary>How a length of time is said to people.</summary>
internal static class Duration
{
    /// <summary><c>1.024 s</c>, <c>40.1 ms</c>, <c>31 µs</c>.</summary>
    public static string ToText(long nanoseconds) => Math.Abs(nanoseconds) switch
    {
        >= 1_000_000_000 => (nanoseconds / 1e9).ToString("0.000", CultureInfo.InvariantCulture) + " s",
        >= 1_000_000 => (nanoseconds / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        _ => (nanoseconds / 1e3).ToString("0", CultureInfo.InvariantCulture) + " µs",
    };
}
