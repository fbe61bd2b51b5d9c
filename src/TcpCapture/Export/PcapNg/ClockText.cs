using TcpCapture.Model;

namespace TcpCapture.Export.PcapNg;

/// <summary>Formats times like <see cref="Timestamp.ToString"/>, but formats the date and second only when they change.</summary>
internal sealed class ClockText
{
    private const long Second = 1_000_000_000;
    private const int FractionAt = 20;

    private readonly char[] _text = new char[30];
    private long _second = long.MinValue;

    /// <summary>The text of a time, valid until the next call.</summary>
    public ReadOnlySpan<char> Of(Timestamp time)
    {
        var (second, fraction) = Math.DivRem(time.Nanoseconds, Second);
        if (fraction < 0) (second, fraction) = (second - 1, fraction + Second);
        if (second != _second) time.ToString().CopyTo(_text);
        _second = second;
        for (var at = FractionAt + 8; at >= FractionAt; at--)
        {
            _text[at] = (char)('0' + fraction % 10);
            fraction /= 10;
        }

        return _text;
    }
}
