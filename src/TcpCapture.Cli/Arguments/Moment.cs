using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Cli.Arguments;

/// <summary>A moment of a recording as people type it: seconds since its start, or an absolute time as the CSV files have it.</summary>
internal readonly record struct Moment
{
    /// <summary>How many decimals a ladder gives a time.</summary>
    private const int LadderDecimals = 6;

    private readonly long _nanoseconds;
    private readonly bool _isAbsolute;

    private Moment(long nanoseconds, bool isAbsolute, long slack)
    {
        _nanoseconds = nanoseconds;
        _isAbsolute = isAbsolute;
        Slack = slack;
    }

    /// <summary>
    /// How far what is meant may be from what was typed, in nanoseconds: half the last decimal if there are as many as a
    /// ladder prints, so that a time copied from there means its line; else 0.
    /// </summary>
    public long Slack { get; }

    /// <summary>Reads <c>1.5</c> or <c>2026-11-23T06:01:02.123456789Z</c> (with fewer decimals or none, too).</summary>
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

        if (!text.EndsWith('Z')) return false; // another zone, or none, could only be guessed
        var point = text.IndexOf('.');
        var whole = point < 0 ? text[..^1] : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..^1];
        if (!DateTime.TryParseExact(whole, "s", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return false;
        if (fraction.Length > 9 || !fraction.All(char.IsAsciiDigit) || (point >= 0 && fraction.Length == 0)) return false;
        if (time.Year is < 1970 or > 2261) return false;
        var nanoseconds = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
        moment = new Moment(Timestamp.FromDateTime(time).Nanoseconds + nanoseconds, true, 0);
        return true;
    }

    /// <summary>The moment in a recording.</summary>
    /// <param name="start">When the recording began.</param>
    public Timestamp In(Timestamp start) => new(_isAbsolute ? _nanoseconds : start.Nanoseconds + _nanoseconds);
}
