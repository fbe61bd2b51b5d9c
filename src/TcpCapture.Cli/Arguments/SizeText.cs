using System.Globalization;

namespace TcpCapture.Cli.Arguments;

/// <summary>Sizes as people type and read them, in powers of 1000 as disks are sold.</summary>
internal static class SizeText
{
    private static readonly (string Unit, double Bytes)[] Units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1)];

    /// <summary>Reads <c>500kB</c>, <c>100MB</c>, <c>2GB</c>. A number without a unit is refused: it could be any.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var (unit, size) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 0));
        if (!double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number * size is not (>= 1 and < 1e15)) return false;
        bytes = (long)(number * size);
        return true;
    }

    /// <summary>Three digits or so: <c>12.3 MB</c>.</summary>
    public static string From(long bytes)
    {
        var (unit, size) = Units.First(u => bytes >= u.Bytes || u.Bytes == 1);
        return string.Create(CultureInfo.InvariantCulture, $"{(size == 1 ? bytes : Math.Round(bytes / size, 1))} {unit}");
    }
}
