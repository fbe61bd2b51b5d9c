using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Cli.Arguments;

/// <summary>A time in a recording: seconds since its start, or an absolute time as in the CSV files.</summary>
internal readonly record struct Moment
{
    /// <summary>The decimals of a time in a ladder.</summary>
    private const int LadderDecimals = 6;

    private readonly long _nanoseconds;
    private readonly bool _isAbsolute;

    private Moment(long nanoseconds, bool isAbsolute, long slack)
    {
        _nanoseconds = nanoseconds;
        _isAbsolute = isAbsolute;
        Slack = slack;
    }

    /// <summary>The tolerance in nanoseconds: half the last decimal of a time copied from a ladder; else 0.</summary>
    public long Slack { get; }

    /// <summary>Reads <c>1.5</c> or <c>2026-11-23T06:01:02.123456789Z</c> (also with fewer decimals or none).</summary>
    public static bool TryParse(string text, out Moment moment)
    {
        moment = default;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            if (seconds >= 1_000_000_000m) return false;
            var decimals = text.Length - 1 - text.IndexOf('.');
            moment = new Moment((long)(seconds * 1_000_000_000m), false, text.Contains('.') && decimals == LadderDecimals ? 500 : 0);
            return true;
        }

        if (!text.EndsWith('Z')) return false; // other time zones are not supported
        var point = text.IndexOf('.');
        var whole = point < 0 ? text[..^1] : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..^1];
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParseExact(whole, "s", CultureInfo.InvariantCulture, utc, out var time)) return false;
        if (fraction.Length > 9 || !fraction.All(char.IsAsciiDigit) || (point >= 0 && fraction.Length == 0)) return false;
        if (time.Year is < 1970 or > 2261) return false;
        var nanoseconds = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
        moment = new Moment(Timestamp.FromDateTime(time).Nanoseconds + nanoseconds, true, 0);
        return true;
    }

    /// <summary>The absolute time in a recording that began at <paramref name="start"/>.</summary>
    public Timestamp In(Timestamp start) => new(_isAbsolute ? _nanoseconds : start.Nanoseconds + _nanoseconds);
}
