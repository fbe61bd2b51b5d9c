using System.Globalization;
using System.Runtime.CompilerServices;

namespace TcpCapture.Findings;

/// <summary>
/// A finding's text while it is put together: not at all if its list is full, for a capture may have a million connections whose
/// findings are only counted.
/// </summary>
[InterpolatedStringHandler]
internal ref struct FindingText
{
    private DefaultInterpolatedStringHandler _text;

    public FindingText(int literalLength, int formattedCount, FindingList list, out bool isWanted)
    {
        isWanted = !list.IsFull;
        _text = isWanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public string ToStringAndClear() => _text.ToStringAndClear();
}

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
