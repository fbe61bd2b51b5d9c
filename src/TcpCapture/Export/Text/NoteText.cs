namespace TcpCapture.Export.Text;

/// <summary>What there is to say of an event beside its fields: a segment's marks, the note, and what became of it on its way.</summary>
internal static class NoteText
{
    /// <summary>All of it, each mark by its name so that a script finds it; null if there is nothing to say.</summary>
    public static string? Whole(in TimelineEvent e) => Join(MarkText.Names(e.Marks), Join(e.Note, PassageText.Whole(e)));

    /// <summary>The same with less of what became of it, for where there is little room; null if there is nothing to say.</summary>
    public static string? Short(in TimelineEvent e) => Join(MarkText.Names(e.Marks), Join(e.Note, PassageText.Short(e)));

    private static string? Join(string? first, string? second) => first is null || second is null ? first ?? second : $"{first}; {second}";
}
