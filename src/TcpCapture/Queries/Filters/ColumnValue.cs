using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Filters;

/// <summary>Parses numbers in filters, with or without a unit.</summary>
internal static class ColumnValue
{
    private static readonly (string Unit, decimal Nanoseconds)[] Times =
        [("ns", 1), ("us", 1e3m), ("ms", 1e6m), ("s", 1e9m), ("m", 60e9m), ("h", 3600e9m)];
    private static readonly (string Unit, decimal Bytes)[] Sizes = [("kB", 1e3m), ("MB", 1e6m), ("GB", 1e9m), ("TB", 1e12m), ("B", 1)];

    /// <summary>The value in nanoseconds or bytes; null if the text is not one.</summary>
    public static long? Read(string text, ColumnKind kind) => kind switch
    {
        ColumnKind.Time => ReadTime(text),
        ColumnKind.Seconds => ReadNumber(text, Times, 1e9m),
        ColumnKind.Milliseconds => ReadNumber(text, Times, 1e6m),
        ColumnKind.Bytes => ReadNumber(text, Sizes, 1),
        _ => ReadNumber(text, [], 1),
    };

    /// <summary>What is valid for a kind, for error messages.</summary>
    public static string Example(ColumnKind kind) => kind switch
    {
        ColumnKind.Time => "a time such as 2026-11-23T06:01:02Z",
        ColumnKind.Seconds => "a duration such as 0.5 (seconds), 500ms or 2m",
        ColumnKind.Milliseconds => "a duration such as 20 (milliseconds), 500us or 1s",
        ColumnKind.Bytes => "a number of bytes such as 1000, 20kB or 1.5MB",
        _ => "a number",
    };

    private static long? ReadNumber(string text, (string Unit, decimal Size)[] units, decimal otherwise)
    {
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        var unit = text[digits.Length..];
        var size = otherwise;
        if (unit.Length > 0)
        {
            var index = Array.FindIndex(units, known => string.Equals(known.Unit, unit, StringComparison.OrdinalIgnoreCase));
            if (index < 0) return null;
            size = units[index].Size;
        }

        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(digits, style, CultureInfo.InvariantCulture, out var number)) return null;
        if (Math.Abs(number) > long.MaxValue / size) return null;
        var value = number * size;
        return value == decimal.Truncate(value) ? (long)value : null; // half a byte is a mistake, so it is not rounded
    }

    private static long? ReadTime(string text)
    {
        if (!text.EndsWith('Z')) return null; // a missing or other time zone would have to be guessed
        var point = text.IndexOf('.');
        var whole = point < 0 ? text[..^1] : text[..point];
        var fraction = point < 0 ? "0" : text[(point + 1)..^1];
        if (fraction.Length is 0 or > 9 || !fraction.All(char.IsAsciiDigit)) return null;
        string[] formats = ["s", "yyyy-MM-dd", "yyyy-MM-ddTHH:mm"];
        const DateTimeStyles style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParseExact(whole, formats, CultureInfo.InvariantCulture, style, out var time)
            || time.Year is < 1970 or > 2261) return null;
        return Timestamp.FromDateTime(time).Nanoseconds + long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
    }
}
