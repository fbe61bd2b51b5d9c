namespace TcpCapture.Export.Ladder;

/// <summary>Text and how it is painted: its width is that of the text, colours have none.</summary>
/// <param name="Text">What is to be read.</param>
/// <param name="Painted">The same with colours.</param>
internal readonly record struct LadderText(string Text, string Painted)
{
    public static readonly LadderText Empty = new("", "");

    public int Width => Text.Length;

    public bool IsEmpty => Text.Length == 0;

    /// <summary>This and then another, with a space between if neither is empty.</summary>
    public LadderText Then(LadderText next) =>
        IsEmpty ? next : next.IsEmpty ? this : new LadderText($"{Text} {next.Text}", $"{Painted} {next.Painted}");

    public string PadLeft(int width) => new string(' ', Math.Max(0, width - Width)) + Painted;
}
