using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Cli.Arguments;

/// <summary>A time in a recording: seconds since its start, or an absolute time as in the CSV files.</summary>
// Slack is the tolerance in nanoseconds: half the last decimal of a time copied from a ladder; else 0.
internal readonly record struct Moment(long Nanoseconds, bool IsAbsolute, long Slack)
{
    private const int LadderDecimals = 6; // the decimals of a time in a ladder

    /// <summary>Reads <c>1.5</c> or <c>2026-11-23T06:01:02.123456789Z</c> (also with fewer decimals or none); null for others.</summary>
    public static Moment? Read(string text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            if (seconds >= 1_000_000_000m) return null;
            var decimals = text.Length - 1 - text.IndexOf('.');
            return new Moment((long)(seconds * 1_000_000_000m), false, text.Contains('.') && decimals == LadderDecimals ? 500 : 0);
        }
        if (!text.EndsWith('Z')) return null; // other time zones are not supported
        var point = text.IndexOf('.');
        var whole = point < 0 ? text[..^1] : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..^1];
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParseExact(whole, "s", CultureInfo.InvariantCulture, utc, out var time)) return null;
        if (fraction.Length > 9 || !fraction.All(char.IsAsciiDigit) || (point >= 0 && fraction.Length == 0)) return null;
        if (time.Year is < 1970 or > 2261) return null;
        var nanoseconds = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
        return new Moment(Timestamp.FromDateTime(time).Nanoseconds + nanoseconds, true, 0);
    }

    /// <summary>The absolute time in a recording that began at <paramref name="start"/>.</summary>
    public Timestamp In(Timestamp start) => new(IsAbsolute ? Nanoseconds : start.Nanoseconds + Nanoseconds);
}
