using System.Globalization;

namespace TcpCapture.Cli.Arguments;

/// <summary>Lengths of time as people type them.</summary>
internal static class TimeText
{
    private static readonly (string Unit, double Seconds)[] Units = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>Reads <c>500us</c>, <c>1ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>. A number without a unit is refused: it could be any.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        var (unit, seconds) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.Ordinal), ("", 0));
        if (!double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number * seconds is not (> 0 and < 1e7)) return false;
        span = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
