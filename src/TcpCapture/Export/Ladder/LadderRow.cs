namespace TcpCapture.Export.Ladder;

/// <summary>Text that may be painted after it has been measured and cut.</summary>
internal static class LadderRow
{
    /// <summary>A blank at which no line is cut.</summary>
    public const char NoBreak = '\u00A0';

    /// <summary>Cuts text into lines of at most <paramref name="width"/>: at a space, or behind a bracket, where there is one.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        while (text.Length > width)
        {
            var cut = text.LastIndexOf(' ', width);
            if (cut <= width / 4) cut = text.LastIndexOf('(', width - 1) + 1;
            if (cut <= 0) cut = width;
            yield return text[..cut].TrimEnd().Replace(NoBreak, ' ');
            text = text[cut..].TrimStart();
        }

        yield return text.Replace(NoBreak, ' ');
    }

    /// <summary>A line with text in its middle: <c>──── S ────▶</c>.</summary>
    public static string Arrow(string label, int width, bool toRight)
    {
        var room = Math.Max(0, width - 1 - label.Length - 2);
        var before = new string('─', room / 2);
        var after = new string('─', room - room / 2);
        return toRight ? $"{before} {label} {after}▶" : $"◀{before} {label} {after}";
    }
}
