using System.Globalization;
using System.Text;

namespace TcpCapture.Model;

/// <summary>Sanitizes text from outside: control characters could control a terminal; lone surrogates are not valid UTF-8.</summary>
internal static class PlainText
{
    /// <summary><c>12,345</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The text with U+FFFD for each control character, line ends included, and for each lone surrogate.</summary>
    public static string Of(string text)
    {
        var isPlain = true;
        foreach (var c in text) isPlain &= !char.IsControl(c) && !char.IsSurrogate(c);
        if (isPlain) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(Rune.IsControl(rune) ? "\uFFFD" : rune.ToString());
        return clean.ToString();
    }
}
