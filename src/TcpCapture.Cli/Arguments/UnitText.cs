using System.Globalization;

namespace TcpCapture.Cli.Arguments;

/// <summary>Numbers with units: durations and sizes as people type them, sizes and counts as they are printed.</summary>
internal static class UnitText
{
    private static readonly (string Unit, double Factor)[] Times = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];
    private static readonly (string Unit, double Factor)[] Sizes = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)];

    /// <summary>Reads <c>500us</c>, <c>1ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>. The unit is required.</summary>
    public static TimeSpan? ReadTime(string text) =>
        Read(text, Times, StringComparison.Ordinal) is > 0 and < 1e7 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Reads <c>500kB</c>, <c>100MB</c>, <c>2GB</c> (powers of 1000). The unit is required.</summary>
    public static long? ReadSize(string text) =>
        Read(text, Sizes, StringComparison.OrdinalIgnoreCase) is >= 1 and < 1e15 and var size ? (long)size : null;

    /// <summary><c>12.3 MB</c>.</summary>
    public static string Size(long bytes)
    {
        var (unit, size) = Sizes.First(u => bytes >= u.Factor || u.Factor == 1);
        return string.Create(CultureInfo.InvariantCulture, $"{(size == 1 ? bytes : Math.Round(bytes / size, 1))} {unit}");
    }

    /// <summary><c>1 frame</c>, <c>2 frames</c>.</summary>
    public static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");

    private static double? Read(string text, (string Unit, double Factor)[] units, StringComparison comparison)
    {
        var (unit, factor) = units.FirstOrDefault(u => text.EndsWith(u.Unit, comparison), ("", 0));
        const NumberStyles style = NumberStyles.AllowDecimalPoint;
        return double.TryParse(text[..^unit.Length], style, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }
}
