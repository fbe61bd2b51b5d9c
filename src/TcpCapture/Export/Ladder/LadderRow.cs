namespace TcpCapture.Export.Ladder;

/// <summary>Measures and cuts text before it is coloured.</summary>
internal static class LadderRow
{
    public const char NoBreak = '\u00A0'; // a no-break space

    /// <summary>Cuts text into lines of at most <paramref name="width"/>: at a space or after an opening bracket if possible.</summary>
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

    /// <summary>An arrow with a label: <c>──── S ────▶</c>.</summary>
    public static string Arrow(string label, int width, bool toRight)
    {
        var room = Math.Max(0, width - 1 - label.Length - 2);
        var before = new string('─', room / 2);
        var after = new string('─', room - room / 2);
        return toRight ? $"{before} {label} {after}▶" : $"◀{before} {label} {after}";
    }
}

/// <summary>Text without and with colour codes; its width is that of the text without.</summary>
internal readonly record struct LadderText(string Text, string Painted)
{
    public static readonly LadderText Empty = new("", "");

    public int Width => Text.Length;
    public bool IsEmpty => Text.Length == 0;

    /// <summary>Appends another text, after a space if neither is empty.</summary>
    public LadderText Then(LadderText next) =>
        IsEmpty ? next : next.IsEmpty ? this : new LadderText($"{Text} {next.Text}", $"{Painted} {next.Painted}");

    public string PadLeft(int width) => new string(' ', Math.Max(0, width - Width)) + Painted;
}
