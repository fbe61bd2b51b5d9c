using System.Globalization;

namespace TcpCapture.Export.Summary;

/// <summary>Formats numbers for a table: about three digits and a unit.</summary>
internal static class TableText
{
    private static readonly (string Unit, double Bytes)[] Sizes = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];

    /// <summary><c>0 B</c>, <c>999 B</c>, <c>1.4 kB</c>, <c>12 MB</c>, in powers of 1000.</summary>
    public static string Bytes(long bytes)
    {
        foreach (var (unit, size) in Sizes)
        {
            if (bytes < size) continue;
            return $"{(bytes / size).ToString(bytes < 9.95 * size ? "0.0" : "0", CultureInfo.InvariantCulture)} {unit}";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
    }

    /// <summary><c>31 µs</c>, <c>4.20 ms</c>, <c>1.02 s</c>, <c>3:07 min</c>, <c>26:03:07 h</c>, <c>3 days</c>.</summary>
    public static string Duration(long nanoseconds) => nanoseconds switch
    {
        < 1_000_000 => Text(nanoseconds / 1e3, "0") + " µs",
        < 10_000_000 => Text(nanoseconds / 1e6, "0.00") + " ms",
        < 1_000_000_000 => Text(nanoseconds / 1e6, "0") + " ms",
        < 10_000_000_000 => Text(nanoseconds / 1e9, "0.00") + " s",
        < 60_000_000_000 => Text(nanoseconds / 1e9, "0.0") + " s",
        < 3_600_000_000_000 => Text(TimeSpan.FromTicks(nanoseconds / 100), @"m\:ss") + " min",
        < 172_800_000_000_000 => $"{nanoseconds / 3_600_000_000_000}:{Text(TimeSpan.FromTicks(nanoseconds / 100), @"mm\:ss")} h",
        _ => $"{nanoseconds / 86_400_000_000_000} days",
    };

    private static string Text(IFormattable value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
