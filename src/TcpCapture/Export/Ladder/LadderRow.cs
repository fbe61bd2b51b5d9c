using System.Text;

namespace TcpCapture.Export.Ladder;

/// <summary>Text that may be painted after it has been measured and cut.</summary>
internal static class LadderRow
{
    /// <summary>
    /// Makes text from outside harmless: a control character in a process name or an argument could otherwise drive the
    /// terminal.
    /// </summary>
    public static string Harmless(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) ? '\uFFFD' : c);
        return clean.ToString();
    }

    /// <summary>Cuts text into lines of at most <paramref name="width"/>, at spaces where there are any.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        while (text.Length > width)
        {
            var cut = text.LastIndexOf(' ', width);
            if (cut <= width / 3) cut = width;
            yield return text[..cut].TrimEnd();
            text = text[cut..].TrimStart();
        }

        yield return text;
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
