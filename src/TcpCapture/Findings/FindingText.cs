using System.Globalization;
using System.Runtime.CompilerServices;

namespace TcpCapture.Findings;

/// <summary>Builds the text of a finding unless its list is full: a capture file may have a million.</summary>
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

/// <summary>Converts durations to text.</summary>
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
