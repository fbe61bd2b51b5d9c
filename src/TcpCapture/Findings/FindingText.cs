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
